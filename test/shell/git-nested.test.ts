import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commit, createFixture, git, never, write } from "./git-fixture.ts";
import { cloned, gitPort, rescued } from "./git-rescue-fixture.ts";

describe("repositories inside a clone", () => {
  it("count for nothing while they hold nothing of their own", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    addSubmodule(fixture.remote, clone.path);
    git(clone.path, "clone", "--quiet", fixture.remote, "clean");
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "no", commits: 0, files: 0 });
  });

  it("are looked into and saved: submodules, linked working trees and others", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    addSubmodule(fixture.remote, path);
    const inSubmodule = commit(join(path, "sub"), { "a.txt": "in submodule\n" });
    write(path, { "sub/new.txt": "new\n" });
    mkdirSync(join(path, "own"));
    git(join(path, "own"), "init", "--quiet");
    write(path, { "own/own.txt": "own\n" });
    const linked = join(fixture.root, "linked");
    git(path, "worktree", "add", "--quiet", "--detach", linked);
    const inLinked = commit(linked, { "a.txt": "linked\n" });
    write(linked, { "b.txt": "edited\n" });
    git(path, "clone", "--quiet", "--depth=1", `file://${fixture.remote}`, "shallow");
    write(path, { "shallow/a.txt": "shallow\n" });

    // The submodule is on another commit and has a new file; each of the others has one file.
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "yes", commits: 2, files: 5 });
    const restored = await rescued(fixture, clone);
    expect(savedIn(restored.path)).toEqual({
      own: "own.txt: own",
      shallow: "a.txt: shallow",
      sub: "new.txt: new",
      [linked]: "b.txt: edited",
    });
    const commits = git(restored.path, "log", "--all", "--format=%H");
    expect(commits).toContain(inSubmodule);
    expect(commits).toContain(inLinked);
    expect(git(restored.path, "fsck", "--strict")).toBe("");
  });

  it("do not stop a rescue when they are broken or have no commit", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    write(clone.path, { "pruned/.git": "gitdir: /nonexistent/worktree\n", "pruned/x.txt": "x\n" });
    mkdirSync(join(clone.path, "fresh"));
    git(join(clone.path, "fresh"), "init", "--quiet");
    write(clone.path, { "a.txt": "edited\n" });
    expect(await gitPort.unsaved(clone, never)).toMatchObject({ state: "yes" });
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "diff", "--name-only")).toBe("a.txt");
  });
});

function addSubmodule(remote: string, path: string): void {
  const allow = ["-c", "protocol.file.allow=always"];
  git(path, ...allow, "submodule", "add", "--quiet", remote, "sub");
  git(path, "commit", "--quiet", "--message", "submodule");
  git(path, "push", "--quiet", "origin", "HEAD:refs/heads/pushed");
}

/** The one uncommitted file of each repository inside, by the repository's name. */
function savedIn(path: string): Record<string, string> {
  const refs = git(path, "for-each-ref", "--format=%(refname)", "refs/rescued/thopter/nested");
  const trees = refs.split("\n").filter((name) => name.endsWith("/worktree"));
  return Object.fromEntries(
    trees.map((tree) => {
      const name = /in "(.*)"$/.exec(git(path, "log", "-1", "--format=%s", tree))?.[1] ?? "";
      const parent = tree.replace(/worktree$/, "head");
      const has = git(path, "for-each-ref", parent) !== "" && !name.startsWith("shallow");
      const changed = has
        ? git(path, "diff", "--name-only", parent, tree)
        : git(path, "ls-tree", "--name-only", tree).split("\n")[0];
      return [name, `${changed ?? ""}: ${git(path, "show", `${tree}:${changed ?? ""}`)}`];
    }),
  );
}
