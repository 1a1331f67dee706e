import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Thopter } from "../../src/core/thopter.ts";
import { commit, git, write } from "../shell/git-fixture.ts";
import { stepOf } from "./hub.ts";
import { isBusy, read, startRealHub } from "./real-hub.ts";
import type { RealHub } from "./real-hub.ts";
import { eventually } from "../eventually.ts";

const never = new AbortController().signal;

async function provisioned(hub: RealHub, patch: Partial<Thopter> = {}): Promise<Thopter> {
  const { id, thopterId } = await hub.provision(patch);
  const operation = await hub.ended(id);
  expect(operation).toMatchObject({ status: "succeeded", attempts: 0 });
  return hub.thopter(thopterId);
}

async function agentWorks(hub: RealHub, thopter: Thopter): Promise<void> {
  await eventually(() =>
    expect(existsSync(join(hub.cloneOf(thopter), "agent-was-here"))).toBe(true),
  );
}

const slow = { timeout: 60_000 };

describe("a provision on this machine", slow, () => {
  it("ends with an agent at work on its branch", async () => {
    const hub = await startRealHub();
    const thopter = await provisioned(hub, { task: "mend the gate's hinge" });
    const head = git(hub.seed, "rev-parse", "HEAD");
    expect(thopter).toMatchObject({ status: "ready", base: "main", baseCommit: head });
    expect(["starting", "working"]).toContain(thopter.agentState?.status);
    const clone = hub.cloneOf(thopter);
    expect(git(clone, "branch", "--show-current")).toBe("thopter/calm-otter");
    await agentWorks(hub, thopter);
    expect(read(clone, "agent-was-here")).toBe(
      "calm-otter on thopter/calm-otter: mend the gate's hinge\n",
    );
  });

  it("leaves the task and the environment beside the clone, readable and without secrets", async () => {
    const hub = await startRealHub({ ports: { gitToken: () => Promise.resolve("s3cret") } });
    const thopter = await provisioned(hub);
    const home = hub.homeOf(thopter);
    expect(statSync(join(home, "task.md")).mode & 0o777).toBe(0o644);
    expect(read(home, "task.md")).toBe("mend the gate\n");
    const environment = read(home, ".thopter/environment");
    expect(environment).toContain("export THOPTER_NAME='calm-otter'\n");
    expect(environment).not.toContain("s3cret");
    expect(git(hub.cloneOf(thopter), "status", "--porcelain")).not.toContain("task.md");
  });

  it("refuses a local path to a thopter that an agent asked for", async () => {
    const hub = await startRealHub();
    const createdBy = { kind: "agent", personId: "ann", tokenId: "t" } as const;
    const { id, thopterId } = await hub.provision({ createdBy });
    const failed = await hub.ended(id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1, error: { step: "clone" } });
    expect(failed.error?.message).toContain('"file" is not allowed here');
    await hub.destroyed(thopterId);
    expect(await hub.machines()).toBe(0);
  });

  it("of a repository that does not exist fails with words and leaves no machine", async () => {
    const hub = await startRealHub();
    const { id, thopterId } = await hub.provision({ repository: `${hub.remote}-not` });
    const failed = await hub.ended(id);
    expect(failed.error?.message).toContain("there is no git repository there");
    expect(failed).toMatchObject({ status: "failed", attempts: 1 });
    expect(await hub.destroyed(thopterId)).toMatchObject({ status: "succeeded" });
    expect(await hub.machines()).toBe(0);
  });
});

describe("a setup script", slow, () => {
  const script = (body: string) => ({ ".thopter/setup": `#!/bin/sh\n${body}\n` });

  it("runs in the clone before the agent, and its output is kept", async () => {
    const hub = await startRealHub({ files: script("echo ready in $PWD; touch was-set-up") });
    const thopter = await provisioned(hub);
    const clone = hub.cloneOf(thopter);
    expect(existsSync(join(clone, "was-set-up"))).toBe(true);
    const { run } = hub.provider.places(thopter.machineId ?? "");
    expect(read(run, "setup.log")).toBe(`ready in ${clone}\n`);
  });

  it("that fails ends the provision with its last words", async () => {
    const hub = await startRealHub({ files: script("echo no compiler here >&2; exit 3") });
    const { id, thopterId } = await hub.provision();
    const failed = await hub.ended(id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1 });
    expect(failed.error?.message).toBe(
      'Cannot set up "calm-otter": its setup script ended with exit code 3. Mend ".thopter/setup" on the base branch, then provision again.',
    );
    expect(failed.error?.causes).toEqual(["its last words were:\nno compiler here"]);
    await hub.destroyed(thopterId);
    expect(await hub.machines()).toBe(0);
  });

  it("that never ends is ended, and not tried again", async () => {
    const files = script("echo waiting; sleep 1000");
    const hub = await startRealHub({ files, limits: { setupMs: 300 } });
    const { id, thopterId } = await hub.provision();
    const failed = await hub.ended(id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1 });
    expect(failed.error?.message).toContain("took longer than 1 s");
    expect(failed.error?.causes.join()).toContain("waiting");
    await hub.destroyed(thopterId);
  });

  it("that leaves something running does not hold the provision up", async () => {
    const hub = await startRealHub({ files: script("sleep 1000 & echo started") });
    expect(await provisioned(hub)).toMatchObject({ status: "ready" });
  });

  it("keeps only the last megabyte of a long output", async () => {
    const hub = await startRealHub({ files: script("yes | head -c 3000000; echo the end") });
    const thopter = await provisioned(hub);
    const { run } = hub.provider.places(thopter.machineId ?? "");
    expect(statSync(join(run, "setup.log")).size).toBe(1_048_576);
    expect(read(run, "setup.log")).toMatch(/the end\n$/);
  });

  it("is taken from the base commit, not from what a restored working tree says", async () => {
    const hub = await startRealHub({ files: script("touch from-the-base") });
    const first = await provisioned(hub);
    commit(hub.cloneOf(first), script("touch from-the-work"));
    const { id } = await hub.destroy(first.id);
    await hub.ended(id);
    const second = await provisioned(hub, { name: "shy-heron", restoreFrom: id });
    expect(existsSync(join(hub.cloneOf(second), "from-the-base"))).toBe(true);
    expect(existsSync(join(hub.cloneOf(second), "from-the-work"))).toBe(false);
    expect(read(hub.cloneOf(second), ".thopter/setup")).toContain("from-the-work");
  });

  it("that is not allowed does not run", async () => {
    const files = script("touch was-set-up");
    const hub = await startRealHub({ files, ports: { allowsSetup: () => false } });
    const { id, thopterId } = await hub.provision();
    const operation = await hub.ended(id);
    expect(stepOf(operation, "run-setup-script")).toMatchObject({
      status: "skipped",
    });
    expect(stepOf(operation, "run-setup-script")?.note).toMatch(
      /are not allowed\. An admin .* thopter repository trust .*--trust-setup$/,
    );
    const thopter = await hub.thopter(thopterId);
    expect(existsSync(join(hub.cloneOf(thopter), "was-set-up"))).toBe(false);
  });

  it.each([
    ["a link", "it is no plain file"],
    ["too large", "it is larger than 64 KB"],
  ])("that is %s is refused", async (what, words) => {
    const hub = await startRealHub({ files: { ".thopter/setup": `#${"x".repeat(70_000)}\n` } });
    if (what === "a link") {
      git(hub.seed, "rm", "--quiet", ".thopter/setup");
      write(hub.seed, { ".thopter/keep": "" });
      symlinkSync("/bin/true", join(hub.seed, ".thopter/setup"));
      commit(hub.seed, {});
      git(hub.seed, "push", "--quiet", "origin", "main");
    }
    const failed = await hub.ended((await hub.provision()).id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1 });
    expect(failed.error?.message).toContain(words);
    await hub.destroyed(failed.thopterId);
  });
});

describe("a destroy on this machine", slow, () => {
  it("leaves nothing of a thopter that did nothing", async () => {
    const hub = await startRealHub({ command: "exec sleep 1000" });
    const thopter = await provisioned(hub);
    const home = hub.homeOf(thopter);
    await eventually(() => expect(isBusy(home)).toBe(true));
    const { id } = await hub.destroy(thopter.id);
    const destroy = await hub.ended(id);
    expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(stepOf(destroy, "rescue")).toMatchObject({ status: "skipped" });
    expect(await hub.machines()).toBe(0);
    expect(isBusy(home)).toBe(false);
    expect(existsSync(home)).toBe(false);
    expect(existsSync(join(hub.root, "rescues", id))).toBe(false);
    expect(await hub.thopter(thopter.id)).toMatchObject({ status: "gone" });
  });

  it("saves commits, changes and new files, pushes them, and a restore brings them back", async () => {
    const hub = await startRealHub();
    const first = await provisioned(hub);
    await agentWorks(hub, first);
    const clone = hub.cloneOf(first);
    const head = commit(clone, { "hinge.txt": "mended\n" });
    write(clone, { "readme.txt": "changed\n", "new.txt": "new\n" });
    const { id } = await hub.destroy(first.id);
    const destroy = await hub.ended(id);
    expect(stepOf(destroy, "rescue")?.note).toMatch(/^1 commit and 2 files saved, pushed to /);
    const { rescue } = await hub.thopter(first.id);
    expect(rescue).toMatchObject({ id, commits: 1, uncommittedFiles: 2 });
    expect(git(hub.remote, "log", "-1", "--format=%P", rescue?.pushedBranch ?? "")).toBe(head);

    const second = await provisioned(hub, {
      name: "shy-heron",
      branch: "thopter/shy-heron",
      restoreFrom: id,
    });
    const again = hub.cloneOf(second);
    expect(git(again, "rev-parse", "HEAD")).toBe(head);
    expect(git(again, "branch", "--show-current")).toBe("thopter/shy-heron");
    expect(read(again, "readme.txt")).toBe("changed\n");
    expect(read(again, "new.txt")).toBe("new\n");
  });

  it("starts a stopped machine to save its work", async () => {
    const hub = await startRealHub();
    const thopter = await provisioned(hub);
    await agentWorks(hub, thopter);
    await hub.provider.stop(thopter.machineId ?? "", never);
    const destroy = await hub.ended((await hub.destroy(thopter.id)).id);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(stepOf(destroy, "rescue")?.note).toMatch(/^1 file saved/);
    expect(await hub.machines()).toBe(0);
  });

  it("that cannot save the work stops the agent and keeps the machine, until force", async () => {
    const hub = await startRealHub();
    const thopter = await provisioned(hub);
    await agentWorks(hub, thopter);
    // A file where the directory of rescues should be: as bad as a full disk.
    writeFileSync(join(hub.root, "rescues"), "");
    git(hub.remote, "config", "receive.shallowUpdate", "false");
    writeFileSync(join(hub.remote, "hooks", "pre-receive"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const failed = await hub.ended((await hub.destroy(thopter.id)).id);
    expect(failed).toMatchObject({ status: "failed", error: { step: "rescue" } });
    expect(failed.error?.message).toMatch(/could not be saved .* force, which loses 1 file\.$/s);
    expect(isBusy(hub.cloneOf(thopter))).toBe(false);
    expect(read(hub.cloneOf(thopter), "agent-was-here")).not.toBe("");
    expect(await hub.thopter(thopter.id)).toMatchObject({ status: "ready" });
    const forced = await hub.ended((await hub.destroy(thopter.id, { force: true })).id);
    expect(forced).toMatchObject({ status: "succeeded" });
    expect(await hub.machines()).toBe(0);
  });

  it("of a thopter that has work now, though it was approved as clean, touches nothing", async () => {
    const hub = await startRealHub();
    const thopter = await provisioned(hub);
    await agentWorks(hub, thopter);
    const approved = { ownerId: "ann", machineId: thopter.machineId ?? "", unsaved: false };
    const failed = await hub.ended((await hub.destroy(thopter.id, { approved })).id);
    expect(failed.error?.message).toContain("it has unsaved work now (1 file)");
    expect(isBusy(hub.cloneOf(thopter))).toBe(true);
    expect(failed.steps.map(({ name }) => name)).toEqual(["check-approval"]);
  });

  it("of a machine that is gone already succeeds", async () => {
    const hub = await startRealHub();
    const thopter = await provisioned(hub);
    await hub.provider.destroy(thopter.machineId ?? "", never);
    const destroy = await hub.ended((await hub.destroy(thopter.id)).id);
    expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(stepOf(destroy, "rescue")).toMatchObject({
      status: "skipped",
      note: "the machine is gone",
    });
  });
});
