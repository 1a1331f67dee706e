import { UserError } from "../core/errors.ts";
import type { UploadedHome } from "../core/ports/identities.ts";
import type { FleetPorts } from "./ports.ts";

/** How long an upload waits for its identity, in milliseconds. */
const lifeMs = 10 * 60_000;
const mostOfPerson = 3;
/** How many are on their way at once, and how many there are in all: each takes the disk a large file or two. */
const mostArriving = 2;
const mostOfAll = 20;

type Upload = { personId: string; home: UploadedHome; cancelTimer: () => void };

/** Homes that were uploaded and that no identity holds yet. They live as long as the hub, for a while. */
export type IdentityUploads = {
  /** Makes room for one that is on its way; the answer ends it. Throws UserError "full". */
  begin(personId: string): () => void;
  add(personId: string, home: UploadedHome): Promise<void>;
  /** The upload of a person, who may name it once. Throws UserError "not_found". */
  take(personId: string, upload: string): UploadedHome;
  stop(): void;
};

export function createIdentityUploads({
  clock,
  identities,
  report,
}: Pick<FleetPorts, "clock" | "identities" | "report">): IdentityUploads {
  const uploads = new Map<string, Upload>();

  const arriving = new Set<{ personId: string }>();

  function forget(upload: string): Upload | undefined {
    const found = uploads.get(upload);
    found?.cancelTimer();
    uploads.delete(upload);
    return found;
  }

  async function discard(upload: string): Promise<void> {
    forget(upload);
    await identities.discard(upload);
  }

  return {
    begin(personId) {
      const own = [...arriving].filter((one) => one.personId === personId);
      if (own.length >= mostArriving) throw full(`${mostArriving} of yours are on their way`);
      if (arriving.size + uploads.size >= mostOfAll) {
        throw full(`${mostOfAll} are on their way or wait for their identities`);
      }
      const entry = { personId };
      arriving.add(entry);
      return () => void arriving.delete(entry);
    },
    async add(personId, home) {
      const { upload } = home;
      const cancelTimer = clock.after(lifeMs, () => {
        discard(upload).catch((error: unknown) => report(error, "an upload that nobody used"));
      });
      uploads.set(upload, { personId, home, cancelTimer });
      const own = [...uploads.values()].filter((one) => one.personId === personId);
      for (const old of own.slice(0, -mostOfPerson)) await discard(old.home.upload);
    },
    take(personId, upload) {
      if (uploads.get(upload)?.personId === personId) {
        const taken = forget(upload);
        if (taken !== undefined) return taken.home;
      }
      throw new UserError("Cannot find that upload: it waited too long. Upload the home again.", {
        code: "not_found",
      });
    },
    stop() {
      for (const { cancelTimer } of uploads.values()) cancelTimer();
      uploads.clear();
    },
  };
}

function full(why: string): UserError {
  return new UserError(
    `Cannot take another home: ${why}. Try again in a few minutes; none waits longer than ten.`,
    { code: "full" },
  );
}
