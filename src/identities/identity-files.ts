import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { LeftOut } from "../core/home-exclusions.ts";
import type { ChosenIdentity } from "../core/identity.ts";
import type { NewId } from "../core/ports/clock.ts";
import type { IdentityKeep, UploadedHome } from "../core/ports/identities.ts";
import { isMissing } from "../core/system-error.ts";
import { partsOf } from "../secrets/vaults.ts";
import { sealBytes, unsealBytes } from "../secrets/sealed-bytes.ts";
import { syncDirectory, writeThrough } from "../shell/durable-files.ts";
import { receiveHome } from "./arriving-home.ts";
import { cleanHome } from "./home-archive.ts";
import type { CleanHome } from "./home-archive.ts";

type IdentityFiles = Pick<IdentityKeep, "receive" | "stage" | "discard" | "keep" | "home" | "tidy">;

const staging = ".staged";
const ending = ".tar.gz.sealed";
const purpose = (digest: string): string => `identity home ${digest}`;

/**
 * The homes of identities: each a file that is named for its digest and never written again, sealed
 * as a whole. It lies in its place before a record names it.
 */
export function createIdentityFiles({
  directory,
  key,
  newId,
  learn,
}: {
  directory: string;
  key: Buffer;
  newId: NewId;
  /** Hears of the secrets in homes, before anything else is done with them. */
  learn: (secrets: readonly string[]) => void;
}): IdentityFiles {
  const staged = new Set<string>();
  const stagedPath = (upload: string): string => join(directory, staging, upload);
  const pathOf = (id: string, digest: string): string => join(directory, id, `${digest}${ending}`);

  async function discard(upload: string): Promise<void> {
    if (!staged.delete(upload)) return;
    await rm(stagedPath(upload), { force: true });
  }

  async function read({ id, name, digest }: ChosenIdentity & { digest: string }): Promise<Buffer> {
    try {
      const archive = unsealBytes(key, purpose(digest), await readFile(pathOf(id, digest)));
      if (digestOf(archive) === digest) return archive;
      throw new Error("its content is another than its name says");
    } catch (cause) {
      throw new UserError(
        `Cannot install the identity "${name}": its home of then is no longer kept, or cannot be read with the hub's key. Provision again; where that fails too, capture it anew.`,
        { code: "unavailable", cause },
      );
    }
  }

  async function learned(cleaning: Promise<CleanHome>): Promise<CleanHome> {
    const clean = await cleaning;
    learn(clean.secrets.flatMap(partsOf));
    return clean;
  }

  return {
    discard,
    async receive(archive) {
      const name = newId();
      // Known before it is there: what nobody knows is removed.
      staged.add(name);
      try {
        await mkdir(join(directory, staging), { recursive: true, mode: 0o700 });
        const { read: readIt, remove } = await receiveHome(stagedPath(name), archive);
        return { read: readIt, remove: () => remove().finally(() => staged.delete(name)) };
      } catch (error) {
        staged.delete(name);
        throw error;
      }
    },
    async stage(archive, leftOut) {
      const clean = await learned(cleanHome(archive, leftOut));
      if (clean.entries === 0) throw new UserError("Cannot capture a home of nothing.");
      const digest = digestOf(clean.archive);
      const upload = newId();
      staged.add(upload);
      await mkdir(join(directory, staging), { recursive: true, mode: 0o700 });
      try {
        await writeThrough(stagedPath(upload), sealBytes(key, purpose(digest), clean.archive));
      } catch (error) {
        await discard(upload);
        throw error;
      }
      const { bytes, entries, leftOut: behind } = clean;
      const packedBytes = clean.archive.length;
      return { upload, digest, packedBytes, bytes, entries, leftOut: behind };
    },
    async keep(id, { upload, digest }: UploadedHome) {
      await mkdir(join(directory, id), { recursive: true, mode: 0o700 });
      await rename(stagedPath(upload), pathOf(id, digest));
      staged.delete(upload);
      await syncDirectory(join(directory, id));
      await syncDirectory(directory);
    },
    async home(chosen, leftOut: LeftOut) {
      return (await learned(cleanHome(await read(chosen), leftOut))).archive;
    },
    async tidy(named) {
      const kept = new Set(named.map(({ id, digest }) => `${id}/${digest}${ending}`));
      for (const upload of staged) kept.add(`${staging}/${upload}`);
      for (const id of await namesIn(directory)) {
        const files = await namesIn(join(directory, id));
        const left = files.filter((file) => !kept.has(`${id}/${file}`));
        for (const file of left) await rm(join(directory, id, file), { force: true });
        const isEmpty = left.length === files.length && id !== staging;
        if (isEmpty) await rm(join(directory, id), { recursive: true, force: true });
      }
    },
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
