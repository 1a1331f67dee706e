import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Clone } from "../../src/core/ports/git.ts";
import { createGit } from "../../src/shell/git.ts";
import { commit, createFixture, git, never, write } from "./git-fixture.ts";
import { cloned, gitPort, rescued } from "./git-rescue-fixture.ts";

/** All that git and the file system say of a clone's working tree. */
function stateOf({ path }: Clone) {
  const files = git(path, "ls-files", "-co", "--exclude-standard", "-z").split("\0");
  return {
    status: git(path, "status", "--porcelain", "--untracked-files=all"),
    files: files
      .filter((name) => name !== "" && existsLink(join(path, name)))
      .map((name) => [name, contentOf(join(path, name))]),
  };
}

function existsLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function contentOf(path: string): unknown {
  const facts = lstatSync(path);
  if (facts.isSymbolicLink()) return readlinkSync(path);
  if (facts.isDirectory()) return "directory";
  return [facts.mode & 0o111, readFileSync(path).toString("base64")];
}

describe("a rescue and its restore", () => {
  it("bring back commits, branches, stashes, and every kind of uncommitted change", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    commit(path, { "stashed.txt": "before\n" }, "work");
    for (const content of ["stash one\n", "stash two\n"]) {
      write(path, { "stashed.txt": content });
      git(path, "stash", "push", "--quiet");
    }
    git(path, "checkout", "--quiet", "-b", "other");
    const other = commit(path, { "other.txt": "other\n" }, "other work");
    git(path, "tag", "mark");
    git(path, "checkout", "--quiet", "thopter/amber-falcon");
    const head = commit(path, { "tool.sh": "#!/bin/sh\n" }, "more work");
    write(path, { "a.txt": "staged\n", "both.txt": "staged\n" });
    git(path, "add", "a.txt", "both.txt");
    write(path, {
      "dir/c.txt": "edited\n",
      "both.txt": "and edited\n",
      "new/file\twith tab.txt": "new\n",
      "crlf.txt": "a\r\nb\n",
      ".gitignore": "ignored.txt\n",
      "ignored.txt": "no\n",
    });
    rmSync(join(path, "b.txt"));
    chmodSync(join(path, "tool.sh"), 0o755);
    symlinkSync("dir/c.txt", join(path, "link"));
    writeFileSync(join(path, "binary"), Buffer.from([0, 255, 1, 254, 10, 13]));
    const before = stateOf(clone);

    const { commits, uncommittedFiles } = await gitPort.bundle(clone, never);
    expect({ commits, uncommittedFiles }).toEqual({ commits: 5, uncommittedFiles: 10 });
    const restored = await rescued(fixture, clone);

    expect(stateOf(clone)).toEqual(before);
    expect(stateOf(restored)).toEqual(before);
    expect(git(restored.path, "rev-parse", "HEAD")).toBe(head);
    expect(git(restored.path, "symbolic-ref", "--short", "HEAD")).toBe("thopter/blue-heron");
    expect(git(restored.path, "rev-parse", "other")).toBe(other);
    expect(git(restored.path, "rev-parse", "refs/rescued/tags/mark")).toBe(other);
    expect(git(restored.path, "show", "stash@{0}:stashed.txt")).toBe("stash two");
    expect(git(restored.path, "show", "stash@{1}:stashed.txt")).toBe("stash one");
    expect(git(restored.path, "diff", "--cached", "--name-only")).toBe("a.txt\nboth.txt");
    expect(await gitPort.unsaved(restored, never)).toMatchObject({ state: "yes", files: 10 });
    expect(git(restored.path, "fsck", "--strict")).toBe("");
  });

  it("keep every byte, whatever the attributes say", async () => {
    const fixture = createFixture();
    commit(fixture.seed, {
      ".gitattributes": "*.bat text eol=crlf\n*.id ident\n*.big filter=upper\n",
      "same.bat": "a\n",
      "x.bat": "a\n",
      "x.id": "$Id$\n",
      "same.big": "stored\n",
    });
    git(fixture.seed, "push", "--quiet", "origin", "main");
    const clone = await cloned(fixture);
    const { path } = clone;
    // As with a large file: what is checked out is not what is stored, and not a change.
    git(path, "config", "filter.upper.smudge", "tr a-z A-Z");
    git(path, "config", "filter.upper.clean", "tr A-Z a-z");
    git(path, "checkout", "--quiet", "HEAD~1");
    git(path, "checkout", "--quiet", "thopter/amber-falcon");
    utimesSync(join(path, "same.big"), 1_000_000_000, 1_000_000_000);
    expect(git(path, "status", "--porcelain")).toBe("");
    expect(readFileSync(join(path, "same.big"), "utf8")).toBe("STORED\n");
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "no", commits: 0, files: 0 });

    write(path, { "x.bat": "a\r\nmixed\n", "x.id": "$Id: forged $\n", "new.bat": "n\n" });
    const restored = await rescued(fixture, clone);
    for (const name of ["x.bat", "x.id", "new.bat", "same.bat"]) {
      expect(readFileSync(join(restored.path, name))).toEqual(readFileSync(join(path, name)));
    }
    expect(existsSync(join(restored.path, ".git/info/attributes"))).toBe(false);
  });

  it("work with the ids of SHA-256", async () => {
    const fixture = createFixture();
    rmSync(fixture.remote, { recursive: true });
    rmSync(join(fixture.seed, ".git"), { recursive: true });
    const init = ["init", "--quiet", "--object-format=sha256", "--initial-branch=main"];
    git(fixture.root, ...init, "--bare", fixture.remote);
    git(fixture.seed, ...init);
    commit(fixture.seed, {});
    git(fixture.seed, "push", "--quiet", fixture.remote, "main");
    const clone = await cloned(fixture);
    const head = commit(clone.path, { "a.txt": "mine\n" });
    write(clone.path, { "new.txt": "new\n" });
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "rev-parse", "HEAD")).toBe(head);
    expect(stateOf(restored)).toEqual(stateOf(clone));
  });

  it("keep commits on a detached HEAD", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    git(clone.path, "checkout", "--quiet", "--detach");
    const head = commit(clone.path, { "a.txt": "detached\n" });
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "yes", commits: 1, files: 0 });
    expect((await gitPort.summary(clone, head, never)).branch).toBe(
      `(no branch, at ${head.slice(0, 12)})`,
    );
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "rev-parse", "HEAD")).toBe(head);
    expect(git(restored.path, "status", "--porcelain")).toBe("");
  });

  it("work in the middle of a merge, with its conflict", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    git(path, "checkout", "--quiet", "-b", "theirs");
    const theirs = commit(path, { "a.txt": "theirs\n", "t.txt": "t\n" });
    git(path, "checkout", "--quiet", "thopter/amber-falcon");
    commit(path, { "a.txt": "ours\n" });
    git(path, "branch", "--quiet", "-f", "theirs", "HEAD");
    expect(() => git(path, "merge", theirs)).toThrow(/CONFLICT|Command failed/);
    const before = stateOf(clone);
    expect(before.status).toContain("AA a.txt".slice(3));
    const restored = await rescued(fixture, clone);
    expect(stateOf(clone)).toEqual(before);
    expect(readFileSync(join(restored.path, "a.txt"), "utf8")).toContain("<<<<<<<");
    expect(git(restored.path, "show", ":a.txt")).toBe("ours");
    expect(git(restored.path, "rev-parse", "refs/rescued/thopter/under-way/0")).toBe(theirs);
    expect(existsSync(join(restored.path, "t.txt"))).toBe(true);
  });

  it("work in the middle of a rebase", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    const base = git(path, "rev-parse", "HEAD");
    const tip = commit(path, { "a.txt": "mine\n" });
    git(path, "checkout", "--quiet", "-b", "upstream", base);
    commit(path, { "a.txt": "upstream\n" });
    git(path, "checkout", "--quiet", "thopter/amber-falcon");
    expect(() => git(path, "rebase", "upstream")).toThrow(/CONFLICT|Command failed/);
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "rev-parse", "thopter/amber-falcon")).toBe(tip);
    expect(git(restored.path, "log", "-1", "--format=%s", "upstream")).toBe("change");
    expect(readFileSync(join(restored.path, "a.txt"), "utf8")).toContain("<<<<<<<");
  });

  it("work on a branch without commits", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    git(clone.path, "checkout", "--quiet", "--orphan", "fresh");
    git(clone.path, "rm", "--quiet", "-rf", "--cached", ".");
    write(clone.path, { "staged.txt": "staged\n", "new.txt": "new\n" });
    git(clone.path, "add", "staged.txt");
    const before = stateOf(clone);
    const restored = await rescued(fixture, clone);
    expect(stateOf(restored)).toEqual(before);
  });

  it("need neither the index, nor its lock, nor HEAD, nor leave to write objects", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    const tip = commit(path, { "done.txt": "done\n" });
    write(path, { "a.txt": "edited\n", "new.txt": "new\n", ".git/index.lock": "" });
    chmodSync(join(path, ".git/objects"), 0o555);
    for (const damage of ["none", "index", "missing", "HEAD"]) {
      if (damage === "index") write(path, { ".git/index": "no index" });
      if (damage === "missing") rmSync(join(path, ".git/index"));
      if (damage === "HEAD") write(path, { ".git/HEAD": "" });
      const restored = await rescued(fixture, clone, { name: damage });
      expect(readFileSync(join(restored.path, "a.txt"), "utf8")).toBe("edited\n");
      expect(readFileSync(join(restored.path, "new.txt"), "utf8")).toBe("new\n");
      expect(git(restored.path, "rev-parse", "thopter/amber-falcon")).toBe(tip);
    }
    expect(existsSync(join(path, ".git/index.lock"))).toBe(true);
    chmodSync(join(path, ".git/objects"), 0o755);
  });

  it("save work that the clone hides or denies", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const { path } = clone;
    const hidden = commit(path, { "a.txt": "hidden\n" });
    git(path, "update-ref", "refs/remotes/origin/main", hidden);
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "no", commits: 0, files: 0 });
    expect(await gitPort.bundle(clone, never)).toMatchObject({ commits: 1 });
    git(path, "update-index", "--assume-unchanged", "b.txt");
    git(path, "update-index", "--skip-worktree", "dir/c.txt");
    write(path, { "b.txt": "assumed\n", "dir/c.txt": "skipped\n" });
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "yes", commits: 0, files: 2 });
    const restored = await rescued(fixture, clone);
    expect(git(restored.path, "rev-parse", "HEAD")).toBe(hidden);
    expect(readFileSync(join(restored.path, "b.txt"), "utf8")).toBe("assumed\n");
    expect(readFileSync(join(restored.path, "dir/c.txt"), "utf8")).toBe("skipped\n");
  });

  it("count from where the work began when the remote has gone on", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    commit(clone.path, { "mine.txt": "mine\n" });
    commit(fixture.seed, { "a.txt": "theirs\n" });
    git(fixture.seed, "push", "--quiet", "origin", "main");
    await gitPort.bundle(clone, never);
    copyFileSync(join(clone.scratch, "rescue.bundle"), join(fixture.root, "r.bundle"));
    const request = fixture.request({ bundlePath: join(fixture.root, "r.bundle") });
    const result = await gitPort.clone(fixture.place("two"), request, never);
    expect(result).toEqual({ base: "main", baseCommit: clone.baseCommit });
    const { diffstat } = await gitPort.summary(fixture.place("two"), result.baseCommit, never);
    expect(diffstat).toBe("1 file changed, 1 insertion(+)");
  });

  it("find nothing to save in a clone that has nothing of its own", async () => {
    const fixture = createFixture();
    commit(fixture.seed, { "x.txt": "only a tag leads here\n" });
    git(fixture.seed, "tag", "v1");
    git(fixture.seed, "push", "--quiet", "origin", "v1");
    const clone = await cloned(fixture);
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "no", commits: 0, files: 0 });
    expect(await gitPort.bundle(clone, never)).toEqual({ commits: 0, uncommittedFiles: 0 });
    expect(existsSync(join(clone.scratch, "rescue.bundle"))).toBe(false);
  });

  it("leave out of a large clone's bundle what the base has, and fetch that when it comes back", async () => {
    const fixture = createFixture();
    const port = createGit({ limits: { wholeKilobytes: 10 } });
    commit(fixture.seed, { noise: randomBytes(100_000).toString("base64") }, "large");
    git(fixture.seed, "push", "--quiet", "origin", "main");
    const clone = await cloned(fixture);
    write(clone.path, { "a.txt": "edited\n" });
    await gitPort.bundle(clone, never);
    const whole = statSync(join(clone.scratch, "rescue.bundle")).size;
    const { bundlePath = "" } = await port.bundle(clone, never);
    expect([whole > 50_000, statSync(bundlePath).size < 10_000]).toEqual([true, true]);
    // The remote forgets the branch, but not yet the commit.
    git(fixture.seed, "push", "--quiet", "--force", "origin", "HEAD~1:main");
    const restored = await rescued(fixture, clone, { port });
    expect(git(restored.path, "rev-parse", "HEAD")).toBe(clone.baseCommit);
    expect(stateOf(restored)).toEqual(stateOf(clone));
    git(fixture.remote, "gc", "--quiet", "--prune=now");
    const request = fixture.request({ bundlePath });
    await expect(gitPort.clone(fixture.place("x"), request, never)).rejects.toThrow(
      /the remote no longer has commit/,
    );
  });

  it("refuse what is no bundle", async () => {
    const fixture = createFixture();
    write(fixture.root, { "no.bundle": "no bundle" });
    const request = fixture.request({ bundlePath: join(fixture.root, "no.bundle") });
    await expect(gitPort.clone(fixture.place("one"), request, never)).rejects.toThrow(
      /it is no git bundle, or it is damaged/,
    );
    expect(existsSync(fixture.place("one").path)).toBe(false);
  });

  it("can be read by git alone", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const head = commit(clone.path, { "a.txt": "mine\n" });
    const { bundlePath = "" } = await gitPort.bundle(clone, never);
    git(fixture.root, "clone", "--quiet", bundlePath, join(fixture.root, "by-hand"));
    expect(git(join(fixture.root, "by-hand"), "rev-parse", "HEAD")).toBe(head);
  });
});
