import { describe, expect, it } from "vitest";
import { failing, permanent, setting, transient } from "./bent-hub.ts";
import { eventually } from "../eventually.ts";

describe("a provision", () => {
  it("adopts the machine of a create whose answer was lost", async () => {
    const { world, hub, fault } = await setting();
    fault(failing("create", transient, { times: 1, after: true }));
    const { id, thopterId } = await hub.provision();
    expect(await hub.ended(id)).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(world.made).toBe(1);
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "ready", machineId: "m-1" });
  });

  it("has its intent on disk before it asks for the machine", async () => {
    const { hub, fault } = await setting();
    let intentAt: number | undefined;
    fault(async (call, effect) => {
      if (call === "create") {
        const [thopter] = await hub.store.list("thopter");
        intentAt = thopter?.machineIntentAt;
      }
      return effect();
    });
    await hub.ended((await hub.provision()).id);
    expect(intentAt).toBeTypeOf("number");
  });

  it("names and tags the machine so that it will be recognised", async () => {
    const { world, hub } = await setting();
    const { id, thopterId } = await hub.provision({ name: "shy-heron" });
    await hub.ended(id);
    expect(world.machines.get("m-1")).toMatchObject({
      name: "thopter-shy-heron",
      tags: { hub: "hub-1", thopter: thopterId, operation: id },
    });
  });

  it("that never learned of its machine is cleaned up by its tag, and leaves a tombstone", async () => {
    const { world, hub, fault } = await setting();
    fault(failing("create", permanent, { after: true }));
    const { id, thopterId } = await hub.provision();
    expect(await hub.ended(id)).toMatchObject({
      status: "failed",
      error: { step: "create-machine" },
    });
    const destroy = await hub.destroyed(thopterId);
    expect(destroy).toMatchObject({ status: "succeeded" });
    expect(world).toMatchObject({ made: 1, machines: new Map() });
    const [tombstone] = await hub.store.list("tombstone");
    expect(tombstone).toMatchObject({ thopterId, provider: "local", id: destroy.id });
    expect(tombstone!.until - tombstone!.createdAt).toBe(600_000);
  });

  it("whose create hangs on after its destroy leaves a tombstone for the late machine", async () => {
    const { world, hub, fault } = await setting({ graceMs: 20 });
    let commit = (): void => undefined;
    fault(async (call, effect) => {
      if (call !== "create") return effect();
      await new Promise<void>((resolve) => (commit = resolve));
      return effect();
    });
    const { id, thopterId } = await hub.provision();
    await eventually(() => expect(world.calls).toContain("create"));
    const destroy = await hub.destroy(thopterId);
    expect(await hub.ended(destroy.id)).toMatchObject({ status: "succeeded" });
    expect(await hub.ended(id)).toMatchObject({ status: "canceled" });
    commit();
    await eventually(() => expect(world.machines.size).toBe(1));
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "gone" });
    expect((await hub.thopter(thopterId)).machineId).toBeUndefined();
    expect(await hub.store.list("tombstone")).toHaveLength(1);
  });

  it("waits for a shell that does not answer at first", async () => {
    const { hub, fault } = await setting();
    fault(failing("shell", transient, { times: 3 }));
    expect(await hub.ended((await hub.provision()).id)).toMatchObject({
      status: "succeeded",
      attempts: 0,
    });
  });

  it("fails at once when its machine has failed", async () => {
    const { world, hub, fault } = await setting();
    fault(async (call, effect) => {
      const answer = effect();
      const machine = world.machines.get("m-1");
      if (call === "create" && machine !== undefined) {
        world.machines.set("m-1", { ...machine, status: "failed" });
      }
      return answer;
    });
    const { id, thopterId } = await hub.provision();
    expect(await hub.ended(id)).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { message: 'Cannot reach "calm-otter": its machine has failed' },
    });
    await hub.destroyed(thopterId);
    expect(world.machines.size).toBe(0);
  });

  it("of an agent or provider that the hub does not have fails with words", async () => {
    const { hub } = await setting();
    const agent = await hub.ended((await hub.provision({ agent: "other" })).id);
    expect(agent.error?.message).toContain('the hub has no agent "other"');
    const elsewhere = { name: "shy-heron", provider: "elsewhere" };
    const provider = await hub.ended((await hub.provision(elsewhere)).id);
    expect(provider.error?.message).toContain('the hub has no provider "elsewhere"');
  });

  it("that restores a rescue whose bundle is gone fails with words", async () => {
    const { hub } = await setting();
    const failed = await hub.ended((await hub.provision({ restoreFrom: "r-1" })).id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1 });
    expect(failed.error?.message).toContain('the bundle of rescue "r-1" is no longer there');
  });
});
