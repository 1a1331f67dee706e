import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { isMissing, systemCodeOf } from "../../core/system-error.ts";

/**
 * The directory that holds a repository's objects and refs: all that a clone needs to see of it. A
 * working tree may hold what was never committed, such as passwords, so a machine never sees one.
 * Throws UserError when there is no repository, or where none may be read.
 */
export async function findGitDirectory(path: string, hidden: readonly string[]): Promise<string> {
  for (const candidate of [join(path, ".git"), path]) {
    if (!(await isGitDirectory(candidate))) continue;
    await refuseHidden(candidate, hidden);
    return candidate;
  }
  throw new UserError(
    `Cannot clone "${path}": there is no git repository there. Give the path of a repository's main working tree, or of a bare repository.`,
    { code: "not_found" },
  );
}

async function isGitDirectory(path: string): Promise<boolean> {
  const kinds = await Promise.all([
    kindOf(path),
    kindOf(join(path, "HEAD")),
    kindOf(join(path, "objects")),
  ]);
  return kinds[0] === "directory" && kinds[1] === "file" && kinds[2] === "directory";
}

async function kindOf(path: string): Promise<"directory" | "file" | undefined> {
  try {
    const found = await lstat(path);
    if (found.isDirectory()) return "directory";
    return found.isFile() || found.isSymbolicLink() ? "file" : undefined;
  } catch (error) {
    if (isMissing(error) || systemCodeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

async function refuseHidden(path: string, hidden: readonly string[]): Promise<void> {
  const real = await realpath(path);
  for (const directory of hidden) {
    const secret = await realpath(directory).catch(() => directory);
    if (real !== secret && !real.startsWith(`${secret}/`)) continue;
    throw new UserError(`Cannot clone "${path}": the hub's own files are not for thopters.`, {
      code: "forbidden",
    });
  }
}
