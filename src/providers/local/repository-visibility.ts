import { existsSync } from "node:fs";
import { join } from "node:path";
import { emptyName, type MachinePaths } from "./machine-files.ts";
import type { Visibility } from "./visible-system.ts";

// Addresses with passwords in them, headers with tokens, and what was done when by whom.
const secretFiles = ["config", "config.worktree"];
const secretDirectories = ["logs", "modules", "worktrees"];

/** Shows a repository's objects and refs, and nothing of how its owner reaches others. */
export function withRepository(
  { expose, hidden }: Visibility,
  gitDirectory: string,
  { etc }: Pick<MachinePaths, "etc">,
): Visibility {
  const files = secretFiles
    .map((name) => join(gitDirectory, name))
    .filter((path) => existsSync(path));
  return {
    expose: [...expose, gitDirectory],
    hidden: [...hidden, ...secretDirectories.map((name) => join(gitDirectory, name))],
    blank: Object.fromEntries(files.map((path) => [path, join(etc, emptyName)])),
  };
}
