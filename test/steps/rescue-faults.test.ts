import { describe, expect, it } from "vitest";
import { failing, hanging, permanent, ready, setting, transient } from "./bent-hub.ts";
import { stepOf } from "./hub.ts";

describe("a rescue", () => {
  it("is on record before the machine goes, and is pushed as well", async () => {
    const { world, hub, thopterId, fault } = await ready();
    let recorded: unknown;
    fault(async (call, effect) => {
      if (call === "destroy") recorded = (await hub.thopter(thopterId)).rescue;
      return effect();
    });
    const { id, createdAt } = await hub.destroy(thopterId);
    const destroy = await hub.ended(id);
    expect(destroy).toMatchObject({ status: "succeeded" });
    const time = new Date(createdAt).toISOString().replaceAll(/[-:]|\.\d+/g, "");
    const pushedBranch = `thopter/rescue/calm-otter-${time}`;
    const rescue = { id, bundlePath: `/rescues/${id}/rescue.bundle`, pushedBranch, commits: 3 };
    expect(recorded).toMatchObject(rescue);
    expect(world).toMatchObject({ machines: new Map(), pushed: [pushedBranch] });
    expect(stepOf(destroy, "rescue")?.note).toBe(
      `3 commits and 2 files saved, pushed to ${pushedBranch}`,
    );
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "gone", rescue });
    expect(await hub.store.list("tombstone")).toEqual([]);
  });

  it("bundles what only claims to be pushed, and leaves the remote alone", async () => {
    const { world, hub, thopterId } = await ready();
    world.unsaved = { state: "no", commits: 0, files: 0 };
    const { id } = await hub.destroy(thopterId);
    const destroy = await hub.ended(id);
    expect(stepOf(destroy, "rescue")?.note).toBe("3 commits and 2 files saved");
    expect(world).toMatchObject({ bundles: new Set([`/rescues/${id}`]), pushed: [] });
  });

  it("does not try a push over https without a token", async () => {
    const gitToken = () => Promise.resolve(undefined);
    const { world, hub, thopterId } = await ready({ ports: { gitToken } });
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(stepOf(destroy, "rescue")?.note).toBe(
      "3 commits and 2 files saved, not pushed: there is no token for a push",
    );
    expect(world.calls).not.toContain("push");
  });

  it("of a thopter that never got ready saves what is there and leaves the remote alone", async () => {
    const { world, hub, fault } = await setting();
    fault(failing("launch", permanent));
    const { id, thopterId } = await hub.provision();
    await hub.ended(id);
    const destroy = await hub.destroyed(thopterId);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(world).toMatchObject({ bundles: new Set([`/rescues/${destroy.id}`]), pushed: [] });
  });
});

describe("work that cannot be saved", () => {
  it("holds the destroy up, with words, until force", async () => {
    const { world, hub, thopterId, fault } = await ready();
    fault(async (call, effect) => {
      if (call === "fetch" || call === "push") throw permanent();
      return effect();
    });
    const failed = await hub.ended((await hub.destroy(thopterId)).id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1, error: { step: "rescue" } });
    expect(failed.error?.message).toBe(
      'Cannot destroy "calm-otter": its work could not be saved (the disk is full; not pushed: the disk is full). Its agent was told to stop. Mend this and destroy it again, or destroy it with force, which loses 3 commits and 2 files.',
    );
    expect(world.machines.size).toBe(1);
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "ready" });

    const forced = await hub.ended((await hub.destroy(thopterId, { force: true })).id);
    expect(forced).toMatchObject({ status: "succeeded" });
    expect(stepOf(forced, "rescue")?.note).toContain("not saved, as force allows: 3 commits");
    expect(world.machines.size).toBe(0);
  });

  it.each([
    ["at once when the line was bad", { bad: 2, attempts: 0 }],
    ["with the whole destroy when it stays bad", { bad: 4, attempts: 1 }],
  ])("is tried again %s", async (_when, { bad, attempts }) => {
    const { hub, thopterId, fault } = await ready();
    let tries = 0;
    fault(async (call, effect) => {
      if (call === "push") throw permanent();
      if (call === "bundle" && (tries += 1) <= bad) throw transient();
      return effect();
    });
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "succeeded", attempts });
    expect(stepOf(destroy, "rescue")?.note).toContain("3 commits and 2 files saved, not pushed");
  });

  it("is saved all the same with force, where it can be", async () => {
    const { world, hub, thopterId } = await ready();
    const { id } = await hub.destroy(thopterId, { force: true });
    await hub.ended(id);
    expect(world.bundles).toEqual(new Set([`/rescues/${id}`]));
  });

  it("holds the destroy up when the machine does not answer, until force", async () => {
    const { hub, thopterId, fault } = await ready();
    fault(failing("shell", transient));
    const failed = await hub.ended((await hub.destroy(thopterId)).id);
    expect(failed).toMatchObject({ status: "failed", attempts: 3, error: { step: "rescue" } });
    expect(failed.error?.message).toContain("which loses work that cannot be counted now");
    const forced = await hub.ended((await hub.destroy(thopterId, { force: true })).id);
    expect(forced).toMatchObject({ status: "succeeded" });
  });

  it("that cannot be counted counts as work", async () => {
    const { hub, thopterId, fault } = await ready();
    fault(async (call, effect) => {
      if (["unsaved", "bundle", "push"].includes(call)) throw permanent();
      return effect();
    });
    const failed = await hub.ended((await hub.destroy(thopterId)).id);
    expect(failed.error?.message).toContain("which loses work that cannot be counted now");
  });

  it("holds nothing up when there is none", async () => {
    const { world, hub, thopterId, fault } = await ready();
    world.unsaved = { state: "no", commits: 0, files: 0 };
    fault(failing("bundle", permanent));
    expect(await hub.ended((await hub.destroy(thopterId)).id)).toMatchObject({
      status: "succeeded",
    });
    expect(world.pushed).toEqual([]);
  });

  it("may be pushed alone, and the note says where", async () => {
    const { world, hub, thopterId, fault } = await ready();
    fault(failing("fetch", permanent));
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(stepOf(destroy, "rescue")?.note).toContain(`pushed to ${world.pushed[0]}`);
  });

  it("is not believed to be saved when the bundle arrived damaged", async () => {
    const { world, hub, thopterId, fault } = await ready();
    fault(async (call, effect) => {
      if (call === "push") throw permanent();
      return call === "seal" ? "b".repeat(64) : effect();
    });
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "failed", attempts: 3 });
    expect(destroy.error?.message).toContain("it arrived damaged");
    expect(world.machines.size).toBe(1);
  });

  it("is given up with force when git hangs and ignores its signal", async () => {
    const { world, hub, thopterId, fault } = await ready();
    fault(hanging(["unsaved", "bundle", "push"], { heeds: false }));
    const destroy = await hub.ended((await hub.destroy(thopterId, { force: true })).id);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(world.machines.size).toBe(0);
  });
});
