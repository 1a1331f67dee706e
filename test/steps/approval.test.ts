import { describe, expect, it } from "vitest";
import { hanging, ready, setting } from "./bent-hub.ts";
import { stepOf } from "./hub.ts";
import { eventually } from "../eventually.ts";

describe("an approved destroy", () => {
  const approved = { ownerId: "ann", machineId: "m-1", unsaved: true };

  it("goes ahead when all is as it was approved", async () => {
    const { hub, thopterId } = await ready();
    const destroy = await hub.ended((await hub.destroy(thopterId, { approved })).id);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(stepOf(destroy, "check-approval")?.note).toBe("as it was approved");
  });

  it("goes ahead when work that was approved to go is gone by now", async () => {
    const { world, hub, thopterId } = await ready();
    world.unsaved = { state: "no", commits: 0, files: 0 };
    const destroy = await hub.ended((await hub.destroy(thopterId, { approved })).id);
    expect(destroy).toMatchObject({ status: "succeeded" });
  });

  it.each([
    ["its owner", { ...approved, ownerId: "ben" }, "it has another owner"],
    ["its machine", { ...approved, machineId: "m-9" }, "it has another machine"],
    ["having a machine", { ownerId: "ann", unsaved: true }, "it has got a machine"],
    [
      "its work",
      { ...approved, unsaved: false },
      "it has unsaved work now (3 commits and 2 files)",
    ],
  ])("leaves a thopter alone that differs in %s", async (_what, facts, words) => {
    const { world, hub, thopterId } = await ready();
    const destroy = await hub.ended((await hub.destroy(thopterId, { approved: facts })).id);
    expect(destroy).toMatchObject({ status: "failed", attempts: 1 });
    expect(destroy.error?.message).toBe(
      `Cannot destroy "calm-otter": it changed after the approval: ${words}. Ask again.`,
    );
    expect(world.running).toEqual(new Set(["m-1"]));
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "ready" });
  });

  it("leaves a thopter alone whose work cannot be looked at, though it was approved as clean", async () => {
    const { hub, thopterId, fault } = await ready();
    fault(hanging(["unsaved"], { heeds: true }));
    const facts = { ...approved, unsaved: false };
    const destroy = await hub.ended((await hub.destroy(thopterId, { approved: facts })).id);
    expect(destroy.error?.message).toContain("whether it has unsaved work cannot be told now");
  });

  it("does not cancel the provision of a thopter that differs", async () => {
    const { hub, fault, world } = await setting();
    let go = (): void => undefined;
    fault(async (call, effect) => {
      if (call === "clone") await new Promise<void>((resolve) => (go = resolve));
      return effect();
    });
    const { id, thopterId } = await hub.provision();
    await eventually(() => expect(world.calls).toContain("clone"));
    const facts = { ...approved, machineId: "m-9" };
    const destroy = await hub.ended((await hub.destroy(thopterId, { approved: facts })).id);
    expect(destroy).toMatchObject({ status: "failed" });
    go();
    expect(await hub.ended(id)).toMatchObject({ status: "succeeded" });
  });
});
