import type { Clock } from "../../src/core/ports/clock.ts";
import type { IdentityKeep, PackedHome, UploadedHome } from "../../src/core/ports/identities.ts";

/** Keeps the homes and logins of identities in memory, with the knobs that tests turn. */
export type MemoryKeep = IdentityKeep & {
  /** The homes that are kept, as "identity/digest". */
  homes: Set<string>;
  staged: Set<string>;
  learnt: string[];
  /** How many were received and lie there. */
  arrived: number;
  /** What the APIs say of every login. */
  says: "valid" | "refused" | "unreachable";
};

export function createMemoryKeep(clock: Clock): MemoryKeep {
  const homes = new Set<string>();
  const staged = new Set<string>();
  let count = 0;
  const keep: MemoryKeep = {
    ...{ homes, staged, learnt: [], says: "valid", arrived: 0 },
    seal: (id, secret) => `${id}:${btoa(secret)}`,
    loginsOf: ({ logins }) =>
      Object.fromEntries(
        logins.map(({ variable, sealed }) => [variable, atob(sealed.split(":")[1] ?? "")]),
      ),
    learn: (secrets) => void keep.learnt.push(...secrets),
    async receive(archive) {
      const whole = await bytesOf(archive);
      keep.arrived += 1;
      return {
        read: async function* () {
          yield whole;
        },
        remove: async () => void (keep.arrived -= 1),
      };
    },
    async stage(packed) {
      const archive = await bytesOf(packed);
      count += 1;
      const upload: UploadedHome = {
        ...{ upload: `upload-${count}`, digest: new TextDecoder().decode(archive) },
        ...{ packedBytes: archive.length, bytes: archive.length, entries: 1, leftOut: [] },
      };
      staged.add(upload.upload);
      return upload;
    },
    discard: async (upload) => void staged.delete(upload),
    async keep(id, { upload, digest }) {
      staged.delete(upload);
      homes.add(`${id}/${digest}`);
    },
    home: async () => new Uint8Array(),
    async tidy(named) {
      const kept = new Set(named.map(({ id, digest }) => `${id}/${digest}`));
      for (const home of homes) if (!kept.has(home)) homes.delete(home);
    },
    check: async ({ logins }) =>
      logins.map((login) => ({ ...login, check: { at: clock.now(), result: keep.says } })),
  };
  return keep;
}

async function bytesOf(home: PackedHome): Promise<Uint8Array> {
  if (home instanceof Uint8Array) return home;
  const chunks: Uint8Array[] = [];
  for await (const chunk of home) chunks.push(chunk);
  return Buffer.concat(chunks);
}
