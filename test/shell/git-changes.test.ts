import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGit } from "../../src/shell/git.ts";
import { commit, createFixture, git, never, write } from "./git-fixture.ts";
import { cloned, gitPort } from "./git-rescue-fixture.ts";
import { eventually } from "../eventually.ts";

describe("the changes in a clone", () => {
  it("hold commits, staged, unstaged, untracked and deleted files, but no ignored ones", async () => {
    const clone = await cloned(createFixture());
    const { path, baseCommit = "" } = clone;
    commit(path, { "committed.txt": "committed\n" });
    write(path, { "a.txt": "staged\n" });
    git(path, "add", "a.txt");
    write(path, { "dir/c.txt": "unstaged\n", "new.txt": "untracked\n", "no.log": "ignored\n" });
    write(path, { ".git/info/exclude": "*.log\n" });
    rmSync(join(path, "b.txt"));
    writeFileSync(join(path, "image"), Buffer.from([0, 1, 2, 3]));
    const before = git(path, "status", "--porcelain");

    const { text, truncated } = await gitPort.diff(clone, { baseCommit, maxBytes: 1e6 }, never);
    expect(truncated).toBe(false);
    for (const line of ["+committed", "+staged", "+unstaged", "+untracked", "-two"]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(text).toContain("Binary files /dev/null and b/image differ");
    expect(text).not.toContain("ignored");
    expect(await gitPort.summary(clone, baseCommit, never)).toEqual({
      branch: "thopter/amber-falcon",
      commitsAhead: 1,
      diffstat: "6 files changed, 4 insertions(+), 3 deletions(-)",
      uncommittedFiles: 5,
    });
    expect(await gitPort.unsaved(clone, never)).toEqual({ state: "yes", commits: 1, files: 5 });
    expect(git(path, "status", "--porcelain")).toBe(before);
  });

  it("are empty in a clean clone", async () => {
    const clone = await cloned(createFixture());
    const { baseCommit = "" } = clone;
    expect((await gitPort.diff(clone, { baseCommit, maxBytes: 10 }, never)).text).toBe("");
    expect(await gitPort.summary(clone, baseCommit, never)).toEqual({
      branch: "thopter/amber-falcon",
      commitsAhead: 0,
      diffstat: "",
      uncommittedFiles: 0,
    });
  });

  it("are cut at the limit, between two characters", async () => {
    const clone = await cloned(createFixture());
    const { baseCommit = "" } = clone;
    write(clone.path, { "large.txt": "ü".repeat(3_000_000) });
    for (const maxBytes of [1000, 1001]) {
      const { text, truncated } = await gitPort.diff(clone, { baseCommit, maxBytes }, never);
      expect(truncated).toBe(true);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
      expect(Buffer.byteLength(text)).toBeGreaterThan(maxBytes - 2);
      expect(text).not.toContain("\uFFFD");
    }
  });

  it("are an error when they are compared with a commit that is not there", async () => {
    const clone = await cloned(createFixture());
    const baseCommit = "1".repeat(40);
    await expect(gitPort.diff(clone, { baseCommit, maxBytes: 10 }, never)).rejects.toMatchObject({
      name: "ProviderError",
      kind: "permanent",
    });
    await expect(
      gitPort.diff(clone, { baseCommit: "--output=/tmp/x", maxBytes: 10 }, never),
    ).rejects.toMatchObject({ name: "ProviderError" });
  });

  it("do not come of line endings that git itself would take back", async () => {
    const fixture = createFixture();
    commit(fixture.seed, { ".gitattributes": "*.bat text eol=crlf\n", "x.bat": "a\n" });
    git(fixture.seed, "push", "--quiet", "origin", "main");
    const clone = await cloned(fixture);
    git(clone.path, "update-index", "--assume-unchanged", "x.bat");
    write(clone.path, { "x.bat": "a\r\nb\r\n" });
    const { baseCommit = "" } = clone;
    const { text } = await gitPort.diff(clone, { baseCommit, maxBytes: 9999 }, never);
    expect(text).toContain("\n a\n+b\n");
  });

  it("are found quickly among 5,000 untracked files", { timeout: 60_000 }, async () => {
    const clone = await cloned(createFixture());
    const files: Record<string, string> = {};
    for (let at = 0; at < 5000; at += 1)
      files[`d${at % 50}/f${at}`] = `content ${at}
`;
    write(clone.path, files);
    const start = performance.now();
    expect(await gitPort.bundle(clone, never)).toMatchObject({ uncommittedFiles: 5000 });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe("a clone that cannot be read", () => {
  it("is never said to have nothing unsaved", async () => {
    const fixture = createFixture();
    const nothing = fixture.place("nothing");
    await expect(gitPort.unsaved(nothing, never)).rejects.toMatchObject({ kind: "not_found" });
    await expect(gitPort.bundle(nothing, never)).rejects.toMatchObject({ kind: "not_found" });
    const files = { ...nothing, path: fixture.seed };
    expect(await gitPort.unsaved(files, never)).toMatchObject({ state: "no" });
    rmSync(join(files.path, ".git"), { recursive: true });
    await expect(gitPort.unsaved(files, never)).rejects.toMatchObject({ kind: "permanent" });
    await expect(gitPort.bundle(files, never)).rejects.toMatchObject({ kind: "permanent" });
  });

  it("is an error where a commit was lost", async () => {
    const clone = await cloned(createFixture());
    const lost = commit(clone.path, { "a.txt": "mine\n" });
    commit(clone.path, { "a.txt": "mine again\n" });
    rmSync(join(clone.path, ".git/objects", lost.slice(0, 2), lost.slice(2)));
    await expect(gitPort.unsaved(clone, never)).rejects.toThrow(
      /an object is missing or damaged there. Look at it with `git fsck`/,
    );
    await expect(gitPort.bundle(clone, never)).rejects.toThrow(/missing or damaged/);
  });

  it("takes no longer than its limit", async () => {
    const clone = await cloned(createFixture());
    rmSync(join(clone.path, ".git/HEAD"));
    const fifo = await clone.shell.run(["mkfifo", join(clone.path, ".git/HEAD")], {
      timeoutMs: 5000,
    });
    expect(fifo.exitCode).toBe(0);
    const impatient = createGit({ limits: { readMs: 500, scanMs: 500 } });
    await expect(impatient.bundle(clone, never)).rejects.toMatchObject({ name: "ProviderError" });
    await expect(impatient.unsaved(clone, never)).rejects.toMatchObject({ name: "ProviderError" });
    const abort = new AbortController();
    const bundling = gitPort.bundle(clone, abort.signal).catch((error: unknown) => error);
    await eventually(() => expect(readdirSync(clone.scratch)).toHaveLength(2));
    abort.abort();
    expect(await bundling).toMatchObject({ name: "ProviderError" });
    expect(readdirSync(clone.scratch)).toEqual(["origin-tags"]);
  });
});
