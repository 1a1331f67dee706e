import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A program of the fixtures, as text. */
export function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), "utf8");
}

/**
 * Makes a git repository with one commit that holds these files, and answers with its path. The
 * files of `.thopter` and those that end in `.sh` can be executed.
 */
export function makeRepository(path: string, files: Readonly<Record<string, string>> = {}): string {
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries({ "NOTES.md": "# Notes\n", ...files })) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (name.startsWith(".thopter/") || name.endsWith(".sh")) chmodSync(file, 0o755);
  }
  git(path, "init", "--quiet", "--initial-branch", "main");
  git(path, "add", ".");
  git(path, "commit", "--quiet", "--message", "Begin");
  return path;
}

/** Runs git in a repository as someone, and answers with what it printed. */
export function git(path: string, ...args: string[]): string {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];
  return execFileSync("git", [...author, ...args], { cwd: path, encoding: "utf8", stdio: "pipe" });
}
