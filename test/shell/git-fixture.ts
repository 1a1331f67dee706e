import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clone, CloneRequest } from "../../src/core/ports/git.ts";
import type { Shell } from "../../src/core/ports/shell.ts";
import { createLocalShell } from "../../src/shell/local.ts";
import { temporaryDirectory } from "../temp-directory.ts";

export const never = new AbortController().signal;

/** Runs git the way a person or an agent does, with all that the repository's settings say. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
      GIT_ALLOW_PROTOCOL: "file",
    },
  }).trimEnd();
}

export function write(directory: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
}

export function commit(
  directory: string,
  files: Record<string, string>,
  message = "change",
): string {
  write(directory, files);
  git(directory, "add", "--all");
  git(directory, "commit", "--quiet", "--message", message);
  return git(directory, "rev-parse", "HEAD");
}

export type Fixture = {
  root: string;
  /** The remote: a bare repository; and a working copy of it whose pushes stand for other people. */
  remote: string;
  seed: string;
  shell: Shell;
  place(name: string): Clone;
  request(changes?: Partial<CloneRequest>): CloneRequest;
};

/** A remote with one commit on main (a.txt, b.txt, dir/c.txt), and places to clone it to. */
export function createFixture(env: Record<string, string> = {}): Fixture {
  const root = temporaryDirectory();
  const remote = join(root, "remote.git");
  const seed = join(root, "seed");
  const home = join(root, "home");
  for (const directory of [remote, seed, home]) mkdirSync(directory);
  git(remote, "init", "--quiet", "--bare", "--initial-branch=main");
  git(seed, "init", "--quiet", "--initial-branch=main");
  git(seed, "remote", "add", "origin", remote);
  commit(seed, { "a.txt": "one\n", "b.txt": "two\n", "dir/c.txt": "three\n" }, "first");
  git(seed, "push", "--quiet", "origin", "main");
  const path = process.env["PATH"] ?? "";
  const shell = createLocalShell({ env: { PATH: path, HOME: home, ...env }, cwd: root });
  onTestFinished(async () => shell.close());

  return {
    root,
    remote,
    seed,
    shell,
    place: (name) => ({ shell, path: join(root, name, "work"), scratch: join(root, name, "run") }),
    request: (changes) => ({
      repository: remote,
      branch: "thopter/amber-falcon",
      access: { protocols: "file" },
      ...changes,
    }),
  };
}
