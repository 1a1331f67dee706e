import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { LargeFilesError } from "../../src/core/errors.ts";
import type { Clone } from "../../src/core/ports/git.ts";
import { createGit } from "../../src/shell/git.ts";
import { commit, createFixture, git, never } from "./git-fixture.ts";
import { cloned, gitPort, rescued } from "./git-rescue-fixture.ts";

const oidOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

function objectOf({ path }: Clone, oid: string): string {
  return join(path, ".git", "lfs", "objects", oid.slice(0, 2), oid.slice(2, 4), oid);
}

const pointerTo = (content: Buffer): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(content)}\nsize ${String(content.length)}\n`;

/** Puts a file where Git LFS keeps it. */
function keep(clone: Clone, content: Buffer, oid = oidOf(content)): string {
  const file = objectOf(clone, oid);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return oid;
}

describe("files of Git LFS that nobody pushed", () => {
  it("come back with a rescue: those that commits name, staged ones and those of other branches", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const contents = Array.from({ length: 4 }, () => randomBytes(3000));
    const [committed, elsewhere, staged, unnamed] = contents;
    if (!committed || !elsewhere || !staged || !unnamed) throw new Error("There are four");
    git(clone.path, "checkout", "--quiet", "-b", "other");
    commit(clone.path, { "other.bin": pointerTo(elsewhere) });
    git(clone.path, "checkout", "--quiet", "-");
    commit(clone.path, { ".gitattributes": "*.bin filter=lfs -text\n" });
    commit(clone.path, { "big.bin": pointerTo(committed) });
    writeFileSync(join(clone.path, "staged.bin"), pointerTo(staged));
    git(clone.path, "add", "staged.bin");
    for (const content of contents) keep(clone, content);
    const place = await rescued(fixture, clone);
    for (const content of [committed, elsewhere, staged]) {
      expect(readFileSync(objectOf(place, oidOf(content)))).toEqual(content);
    }
    expect(existsSync(objectOf(place, oidOf(unnamed)))).toBe(false);
    expect(readFileSync(join(place.path, "big.bin"), "utf8")).toBe(pointerTo(committed));
    expect(git(place.path, "status", "--porcelain")).toBe("A  staged.bin");
    expect(existsSync(join(place.path, ".git", "large-files"))).toBe(false);
  });

  it("are left out where they are damaged or were never fetched, and the rest is saved", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const [whole, damaged, absent] = [randomBytes(500), randomBytes(500), randomBytes(500)];
    commit(clone.path, {
      "whole.bin": pointerTo(whole),
      "damaged.bin": pointerTo(damaged),
      "absent.bin": pointerTo(absent),
    });
    keep(clone, whole);
    keep(clone, randomBytes(500), oidOf(damaged));
    const place = await rescued(fixture, clone);
    expect(readFileSync(objectOf(place, oidOf(whole)))).toEqual(whole);
    expect(existsSync(objectOf(place, oidOf(damaged)))).toBe(false);
  });

  it("are no part of a rescue where they came with the base commit", async () => {
    const fixture = createFixture();
    const content = randomBytes(3000);
    commit(fixture.seed, { "big.bin": pointerTo(content) });
    git(fixture.seed, "push", "--quiet", "origin", "HEAD:main");
    const clone = await cloned(fixture);
    keep(clone, content);
    commit(clone.path, { "a.txt": "mine\n" });
    const place = await rescued(fixture, clone);
    expect(existsSync(objectOf(place, oidOf(content)))).toBe(false);
  });

  it("fail a rescue with words where they are more than it may hold", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const content = randomBytes(30_000);
    commit(clone.path, { "big.bin": pointerTo(content) });
    keep(clone, content);
    const small = createGit({ limits: { largeKilobytes: 20 } });
    const refused = small.bundle(clone, never);
    await expect(refused).rejects.toBeInstanceOf(LargeFilesError);
    await expect(refused).rejects.toThrow(/git lfs push --all origin/);
    expect((await gitPort.bundle(clone, never)).commits).toBe(1);
  });
});
