import { constants } from "node:fs";
import { access, lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { leadsOut } from "../../core/home-entries.ts";
import { looksSecret } from "../../core/home-exclusions.ts";
import type { LeftOut } from "../../core/home-exclusions.ts";
import { homeLimits } from "../../core/identity.ts";

/** What of a directory would be taken along; paths are below it. */
export type HomeWalk = {
  directory: string;
  taken: { path: string; bytes: number; looksSecret: boolean }[];
  leftOut: { path: string; why: string }[];
  bytes: number;
};

/** Looks through a directory, and follows no link. Throws UserError where it holds too much. */
export async function walkHome(path: string, leftOut: LeftOut): Promise<HomeWalk> {
  const walk: HomeWalk = { directory: await directoryAt(path), taken: [], leftOut: [], bytes: 0 };
  const pending = [""];
  for (let above = pending.pop(); above !== undefined; above = pending.pop()) {
    const names = await readdir(join(walk.directory, above));
    for (const name of names.toSorted()) {
      const inner = above === "" ? name : `${above}/${name}`;
      const why = leftOut(inner) ?? (await refusal(walk.directory, inner));
      if (why !== undefined) walk.leftOut.push({ path: inner, why });
      else if (await take(walk, inner)) pending.push(inner);
    }
  }
  walk.taken.sort((a, b) => (a.path < b.path ? -1 : 1));
  return walk;
}

async function directoryAt(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined && (await lstat(real)).isDirectory()) return real;
  throw new UserError(`Cannot capture "${path}": it is no directory.`, { code: "not_found" });
}

/** Why an entry cannot come along whatever it holds. */
async function refusal(directory: string, path: string): Promise<string | undefined> {
  const full = join(directory, path);
  const entry = await lstat(full);
  if (entry.isSymbolicLink()) {
    return leadsOut(path, await readlink(full)) ? "a link that leads out" : undefined;
  }
  if (!entry.isFile() && !entry.isDirectory()) return "neither a file, a directory nor a link";
  const rights = constants.R_OK | (entry.isDirectory() ? constants.X_OK : 0);
  const isReadable = await access(full, rights).then(
    () => true,
    () => false,
  );
  if (isReadable) return undefined;
  throw new UserError(`Cannot capture "${path}": it cannot be read. Leave it out with --exclude.`);
}

/** Answers whether it is a directory to look into. */
async function take(walk: HomeWalk, path: string): Promise<boolean> {
  const entry = await lstat(join(walk.directory, path));
  const bytes = entry.isFile() ? entry.size : 0;
  walk.taken.push({ path, bytes, looksSecret: entry.isFile() && looksSecret(path) });
  walk.bytes += bytes;
  const { entries, bytes: most } = homeLimits;
  if (walk.taken.length <= entries && walk.bytes <= most) return entry.isDirectory();
  throw new UserError(
    `Cannot capture "${walk.directory}": it holds more than ${entries} entries or ${most / 1024 ** 2} MB. Leave some of it out with --exclude: ${largest(walk)} are large.`,
  );
}

/** The names at the top with the most entries. */
function largest({ taken }: HomeWalk): string {
  const counts = new Map<string, number>();
  for (const { path, bytes } of taken) {
    const top = path.split("/", 1)[0] ?? "";
    counts.set(top, (counts.get(top) ?? 0) + 20_000 + bytes);
  }
  const names = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  return names.slice(0, 3).join(", ");
}
