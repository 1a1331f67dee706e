import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import { createGit } from "../../src/shell/git.ts";
import { commit, createFixture, git, never, write } from "./git-fixture.ts";

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

describe("cloning", () => {
  it("starts the branch at the remote's default branch", async () => {
    const { place, request, seed, remote } = createFixture();
    const clone = place("one");
    const result = await createGit().clone(clone, request(), never);
    expect(result).toEqual({ base: "main", baseCommit: git(seed, "rev-parse", "HEAD") });
    expect(git(clone.path, "symbolic-ref", "--short", "HEAD")).toBe("thopter/amber-falcon");
    expect(git(clone.path, "remote", "get-url", "origin")).toBe(remote);
    expect(git(clone.path, "status", "--porcelain")).toBe("");
    expect(readFileSync(join(clone.path, "dir/c.txt"), "utf8")).toBe("three\n");
    expect(git(clone.path, "config", "user.email")).toBe("thopter@localhost");
    expect(readdirSync(clone.scratch)).toEqual(["origin-tags"]);
  });

  it("takes a file address, and shares no file with the repository", async () => {
    const { place, request, remote } = createFixture();
    const repository = `file://${remote}`;
    await createGit().clone(place("one"), request({ repository }), never);
    await createGit().clone(place("two"), request(), never);
    for (const name of ["one", "two"]) {
      const objects = join(place(name).path, ".git/objects");
      const files = readdirSync(objects, { recursive: true, withFileTypes: true });
      const links = files
        .filter((file) => file.isFile())
        .map((file) => statSync(join(file.parentPath, file.name)).nlink);
      expect(Math.max(...links)).toBe(1);
    }
  });

  it("leaves the author alone where the machine knows one", async () => {
    const { place, request, root } = createFixture();
    write(join(root, "home"), { ".gitconfig": "[user]\n\temail = ada@example.com\n" });
    await createGit().clone(place("one"), request(), never);
    expect(readFileSync(join(place("one").path, ".git/config"), "utf8")).not.toContain("[user]");
  });

  it("starts from a branch, a tag, a commit, or a commit that only its id leads to", async () => {
    const { place, request, seed, remote } = createFixture();
    const first = git(seed, "rev-parse", "HEAD");
    git(seed, "checkout", "--quiet", "-b", "release/1.0");
    const second = commit(seed, { "a.txt": "second\n" });
    git(seed, "tag", "-a", "v1", "-m", "version 1");
    git(seed, "push", "--quiet", "origin", "release/1.0", "v1");
    const third = commit(seed, { "a.txt": "third\n" });
    git(seed, "push", "--quiet", "origin", `${third}:refs/pull/1/head`);
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true");
    const bases = { "release/1.0": second, v1: second, [first]: first, [first.slice(0, 9)]: first };
    for (const [base, baseCommit] of Object.entries({ ...bases, [third]: third })) {
      const clone = place(base.replace("/", "-"));
      const result = await createGit().clone(clone, request({ base }), never);
      expect(result).toEqual({ base, baseCommit });
      expect(git(clone.path, "rev-parse", "HEAD")).toBe(baseCommit);
      expect((await createGit().unsaved(clone, never)).files).toBe(0);
    }
  });

  it("keeps a finished clone and what was done in it", async () => {
    const { place, request } = createFixture();
    const first = await createGit().clone(place("one"), request(), never);
    write(place("one").path, { "new.txt": "mine" });
    commit(place("one").path, { "a.txt": "mine" });
    expect(await createGit().clone(place("one"), request(), never)).toEqual(first);
    expect(existsSync(join(place("one").path, "new.txt"))).toBe(true);
  });

  it("begins anew where an earlier attempt died, and takes an empty directory", async () => {
    const { place, request } = createFixture();
    const { path } = place("one");
    mkdirSync(path, { recursive: true });
    write(`${path}.cloning`, { ".git/HEAD": "half", "junk.txt": "junk" });
    await createGit().clone(place("one"), request(), never);
    expect(readdirSync(path).toSorted()).toEqual([".git", "a.txt", "b.txt", "dir"]);
    expect(existsSync(`${path}.cloning`)).toBe(false);
  });

  it("touches nothing that is not its own", async () => {
    const { place, request, root } = createFixture();
    write(place("one").path, { "precious.txt": "mine" });
    await expect(createGit().clone(place("one"), request(), never)).rejects.toThrow(
      /holds something else already/,
    );
    git(root, "clone", "--quiet", join(root, "remote.git"), place("two").path);
    await expect(createGit().clone(place("two"), request(), never)).rejects.toThrow(ProviderError);
    expect(readFileSync(join(place("one").path, "precious.txt"), "utf8")).toBe("mine");
  });

  it("clones a repository without commits, and knows what was done in it", async () => {
    const { place, request, root } = createFixture();
    git(root, "init", "--quiet", "--bare", "--initial-branch=trunk", join(root, "empty.git"));
    const clone = place("one");
    const asked = request({ repository: join(root, "empty.git") });
    const result = await createGit().clone(clone, asked, never);
    expect(result).toEqual({ base: "HEAD", baseCommit: emptyTree });
    expect(await createGit().clone(clone, asked, never)).toEqual(result);
    const unsaved = async () => createGit().unsaved(clone, never);
    const summary = async () => createGit().summary(clone, emptyTree, never);
    expect(await unsaved()).toEqual({ state: "no", commits: 0, files: 0 });
    expect(await createGit().bundle(clone, never)).toEqual({ commits: 0, uncommittedFiles: 0 });
    write(clone.path, { "new.txt": "new\n" });
    expect(await unsaved()).toEqual({ state: "yes", commits: 0, files: 1 });
    expect((await summary()).commitsAhead).toBe(0);
    commit(clone.path, {});
    expect(await summary()).toEqual({
      branch: "thopter/amber-falcon",
      commitsAhead: 1,
      diffstat: "1 file changed, 1 insertion(+)",
      uncommittedFiles: 0,
    });
    const { text } = await createGit().diff(clone, { baseCommit: emptyTree, maxBytes: 999 }, never);
    expect(text).toContain("+new\n");
  });

  it("says that a base does not exist, and names those like it", async () => {
    const { place, request, seed } = createFixture();
    for (const name of ["develop", "feature/login", "other"]) git(seed, "branch", name);
    git(seed, "push", "--quiet", "origin", "--all");
    const error: unknown = await createGit()
      .clone(place("one"), request({ base: "develp" }), never)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(
      /no branch, tag or commit of that name. Near branches: "develop"/,
    );
    expect(existsSync(place("one").path)).toBe(false);
  });

  it("says that a repository does not exist", async () => {
    const { place, request, root } = createFixture();
    const repository = join(root, "nothing.git");
    const error: unknown = await createGit()
      .clone(place("one"), request({ repository }), never)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain(
      `Cannot clone "${repository}": it does not exist or cannot be reached. Check the address, and that GITHUB_TOKEN may read it.`,
    );
  });

  it("calls a lost connection the fault of the remote, to be tried again", async () => {
    const { place, request } = createFixture();
    const repository = "https://localhost:9/x/y.git";
    await expect(
      createGit().clone(
        place("one"),
        request({ repository, access: { protocols: "https" } }),
        never,
      ),
    ).rejects.toMatchObject({ name: "ProviderError", kind: "remote", retryable: true });
  });

  it.each(["thopter/ü-#1", "a'b\"c$(id)", "main/x"])("makes the branch %s", async (branch) => {
    const { place, request } = createFixture();
    await createGit().clone(place("one"), request({ branch }), never);
    expect(git(place("one").path, "symbolic-ref", "HEAD")).toBe(`refs/heads/${branch}`);
    commit(place("one").path, { "a.txt": "mine\n" });
    expect((await createGit().summary(place("one"), "HEAD", never)).branch).toBe(branch);
    expect(await createGit().bundle(place("one"), never)).toMatchObject({ commits: 1 });
  });

  it.each(["@{u", "--force", "a..b", "a b", ""])("refuses the branch %j", async (branch) => {
    const { place, request } = createFixture();
    await expect(createGit().clone(place("one"), request({ branch }), never)).rejects.toThrow(
      UserError,
    );
    expect(existsSync(place("one").path)).toBe(false);
  });
});
