import { execFileSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Holds every clone of a repository: git opens a pipe that nobody writes to and waits there. The
 * answer lets the clones go.
 */
export function holdClones(repository: string): () => void {
  const pipe = join(repository, ".git", "objects", "info", "alternates");
  execFileSync("mkfifo", [pipe]);
  function release(): void {
    if (!existsSync(pipe)) return;
    // Opened for both, which never waits: whoever waits is let in, and reads its end once it is closed.
    const end = openSync(pipe, constants.O_RDWR);
    rmSync(pipe);
    closeSync(end);
  }
  onTestFinished(release);
  return release;
}
