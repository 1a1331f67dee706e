import { create } from "tar";
import { UserError } from "../../core/errors.ts";
import { homeLimits } from "../../core/identity.ts";
import type { HomeWalk } from "./walk-home.ts";

/** Packs what a walk has taken, and nothing besides. Throws UserError where it is too large. */
export async function packHome({ directory, taken }: HomeWalk): Promise<Uint8Array> {
  // With a "./" in front no name means anything else.
  const paths = taken.map(({ path }) => `./${path}`);
  const options = { cwd: directory, gzip: true, portable: true, noDirRecurse: true, strict: true };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of create(options, paths)) {
    bytes += chunk.length;
    if (bytes > homeLimits.packedBytes) throw tooLarge(directory);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(directory: string): UserError {
  return new UserError(
    `Cannot capture "${directory}": it is larger than ${homeLimits.packedBytes / 1024 ** 2} MB packed. See what is large with --dry-run, and leave it out with --exclude.`,
  );
}
