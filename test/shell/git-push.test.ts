import { describe, expect, it } from "vitest";
import { commit, createFixture, git, never, write } from "./git-fixture.ts";
import { cloned, gitPort } from "./git-rescue-fixture.ts";

describe("pushing a rescue", () => {
  const request = { branch: "thopter/rescue/amber-falcon-1", access: { protocols: "file" } };

  it("pushes the commits and the uncommitted changes, any number of times", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const head = commit(clone.path, { "a.txt": "mine\n" });
    write(clone.path, { "new.txt": "new\n" });
    await gitPort.pushRescue(clone, request, never);
    await gitPort.pushRescue(clone, request, never);
    const pushed = `refs/heads/${request.branch}`;
    expect(git(fixture.remote, "rev-parse", `${pushed}^`)).toBe(head);
    expect(git(fixture.remote, "show", `${pushed}:new.txt`)).toBe("new");
    expect(git(clone.path, "branch", "--list")).not.toContain("rescue");
    expect(git(clone.path, "status", "--porcelain")).toBe("?? new.txt");
  });

  it("never replaces what is there", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    const other = commit(fixture.seed, { "a.txt": "theirs\n" });
    git(fixture.seed, "push", "--quiet", "origin", `HEAD:refs/heads/${request.branch}`);
    commit(clone.path, { "a.txt": "mine\n" });
    const pushed = gitPort.pushRescue(clone, request, never);
    await expect(pushed).rejects.toMatchObject({ name: "ProviderError", kind: "permanent" });
    await expect(pushed).rejects.toThrow(/the remote refused it/);
    expect(git(fixture.remote, "rev-parse", `refs/heads/${request.branch}`)).toBe(other);
  });

  it("goes where the hub's record says, whatever the clone says", async () => {
    const fixture = createFixture();
    const clone = await cloned(fixture);
    commit(clone.path, { "a.txt": "mine\n" });
    git(clone.path, "remote", "set-url", "origin", "/nowhere");
    git(clone.path, "config", `url./nowhere.insteadOf`, fixture.remote);
    await gitPort.pushRescue(clone, request, never);
    expect(git(fixture.remote, "show", `refs/heads/${request.branch}:a.txt`)).toBe("mine");
    const { repository, ...unrecorded } = clone;
    expect(repository).toBe(fixture.remote);
    await expect(gitPort.pushRescue(unrecorded, request, never)).rejects.toMatchObject({
      name: "ProviderError",
    });
  });
});
