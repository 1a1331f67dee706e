import { describe, expect, it } from "vitest";
import { settle } from "../manual-clock.ts";
import { hanging, ready, setting } from "./bent-hub.ts";
import { stepOf } from "./hub.ts";

describe("a destroy", () => {
  it("stops the agent before it saves the work", async () => {
    const { world, hub, thopterId, fault } = await ready();
    let worked: boolean | undefined;
    fault(async (call, effect) => {
      if (call === "stop-agent") await settle();
      if (call === "bundle") worked = world.running.size > 0;
      return effect();
    });
    await hub.ended((await hub.destroy(thopterId)).id);
    expect(worked).toBe(false);
  });

  it("of a thopter without a machine asks the provider nothing", async () => {
    const { world, hub } = await setting();
    const { thopterId, id } = await hub.provision({ provider: "elsewhere", keepOnFailure: true });
    await hub.ended(id);
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(new Set(destroy.steps.map(({ status }) => status))).toEqual(new Set(["skipped"]));
    expect(world.calls).toEqual([]);
  });

  it("goes on without an agent that cannot be stopped, and says so", async () => {
    const { hub, thopterId, fault } = await ready();
    fault(hanging(["stop-agent"], { heeds: true }));
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(stepOf(destroy, "stop-agent")?.note).toContain("the agent could not be stopped");
  });

  it("destroys a machine that does not stop, even when the stop ignores its signal", async () => {
    const { world, hub, thopterId, fault } = await ready();
    fault(hanging(["stop"], { heeds: false }));
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(stepOf(destroy, "stop-machine")?.note).toContain("could not be stopped");
    expect(world.machines.size).toBe(0);
  });

  it.each(["get", "list"])(
    "never takes one empty answer of %s for a machine that is gone",
    async (name) => {
      const { world, hub, thopterId, fault } = await ready();
      let empty = 2;
      fault(async (call, effect) => {
        if (call !== name || empty === 0) return effect();
        empty -= 1;
        return call === "get" ? undefined : [];
      });
      const destroy = await hub.ended((await hub.destroy(thopterId)).id);
      expect(stepOf(destroy, "rescue")?.note).toContain("3 commits and 2 files saved");
      expect(world.machines.size).toBe(0);
    },
  );

  it("destroys a machine again that is still there afterwards", async () => {
    const { world, hub, thopterId, fault } = await ready();
    let destroys = 0;
    fault(async (call, effect) => {
      if (call !== "destroy") return effect();
      destroys += 1;
      return destroys < 3 ? undefined : effect();
    });
    expect(await hub.ended((await hub.destroy(thopterId)).id)).toMatchObject({
      status: "succeeded",
    });
    expect(destroys).toBe(3);
    expect(world.machines.size).toBe(0);
  });

  it.each([
    ["the first list alone", "list", 0],
    ["the second list alone", "list", 1],
    ["the direct look alone", "get", 0],
  ])("does not believe in the end of a machine that %s still shows", async (_words, name, nth) => {
    const { world, hub, thopterId, fault } = await ready();
    const machine = world.machines.get("m-1")!;
    let looks = -1;
    let destroys = 0;
    fault(async (call, effect) => {
      if (call === "destroy") destroys += 1;
      const answer = effect();
      // The list that destroy-machine itself asks for comes before.
      const offset = name === "list" ? 1 : 0;
      if (destroys === 0 || call !== name) return answer;
      looks += 1;
      if (looks !== nth + offset) return answer;
      return name === "list" ? [machine] : machine;
    });
    expect(await hub.ended((await hub.destroy(thopterId)).id)).toMatchObject({
      status: "succeeded",
    });
    expect(destroys).toBe(2);
  });

  it("fails rather than forget a machine that stays", async () => {
    const { hub, thopterId, fault } = await ready();
    fault(async (call, effect) => (call === "destroy" ? undefined : effect()));
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(destroy).toMatchObject({ status: "failed", error: { step: "verify-gone" } });
    expect(destroy.error?.message).toContain('"m-1" is still there');
    fault(undefined);
    expect(await hub.ended((await hub.destroy(thopterId)).id)).toMatchObject({
      status: "succeeded",
    });
  });

  it("ends a second machine that carries its tag, and no other", async () => {
    const { world, hub, thopterId } = await ready();
    const machine = world.machines.get("m-1")!;
    world.machines.set("m-8", { ...machine, id: "m-8" });
    const tags = { ...machine.tags, thopter: "another" };
    world.machines.set("m-9", { ...machine, id: "m-9", tags });
    await hub.ended((await hub.destroy(thopterId)).id);
    expect([...world.machines.keys()]).toEqual(["m-9"]);
  });

  it("starts a stopped machine to save its work", async () => {
    const { world, hub, thopterId } = await ready();
    const machine = world.machines.get("m-1")!;
    world.machines.set("m-1", { ...machine, status: "stopped" });
    const destroy = await hub.ended((await hub.destroy(thopterId)).id);
    expect(stepOf(destroy, "stop-agent")).toMatchObject({ status: "skipped" });
    expect(world.calls).toContain("start");
    expect(stepOf(destroy, "rescue")?.note).toContain("3 commits and 2 files saved");
  });
});
