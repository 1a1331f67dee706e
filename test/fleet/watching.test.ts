import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/core/ports/provider.ts";
import { createReconciler } from "../../src/fleet/reconciler.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createManualClock, settle } from "../manual-clock.ts";
import { callers, minute, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";
import { createWorld, providerIn } from "./world.ts";

const { ann } = callers;

function machine(thopter: string, hub = "hub-1"): Machine {
  const id = `late-${thopter}`;
  const tags = { hub, thopter, operation: "o" };
  return { id, name: id, status: "running", tags, createdAt: 1 };
}

async function bury(rig: Rig, thopterId: string): Promise<void> {
  const createdAt = rig.clock.now();
  const record = { id: `t-${thopterId}`, version: 1, provider: "local", thopterId, createdAt };
  const tombstone = { ...record, until: createdAt + 10 * minute };
  await rig.store.commit([{ kind: "tombstone", record: tombstone }]);
}

describe("the reconciler", () => {
  it("destroys what appears late with a tombstone's tag, and says so on record", async () => {
    const rig = await startRig();
    await bury(rig, "t-lost");
    await rig.clock.advance(minute);
    rig.world.machines.set("late-t-lost", machine("t-lost"));
    await rig.clock.advance(minute);
    expect(rig.world.machines.has("late-t-lost")).toBe(false);
    expect(await rig.auditLines()).toContain("reconciler machine.destroy succeeded");
  });

  it("looks for ten minutes, then lets the tombstone go and is quiet", async () => {
    const rig = await startRig();
    await bury(rig, "t-lost");
    await rig.clock.advance(10 * minute);
    expect(await rig.store.list("tombstone")).toHaveLength(1);
    await rig.clock.advance(minute);
    expect(await rig.store.list("tombstone")).toEqual([]);
    rig.world.machines.set("late-t-lost", machine("t-lost"));
    await rig.clock.advance(60 * minute);
    expect(rig.world.machines.has("late-t-lost")).toBe(true);
  });

  it("keeps looking past that time while its provider does not answer", async () => {
    const rig = await startRig();
    await bury(rig, "t-lost");
    rig.world.machines.set("late-t-lost", machine("t-lost"));
    rig.world.faults.set("list", new Error("no answer"));
    await rig.clock.advance(30 * minute);
    expect(await rig.store.list("tombstone")).toHaveLength(1);
    rig.world.faults.clear();
    await rig.clock.advance(minute);
    expect(rig.world.machines.size).toBe(0);
    expect(await rig.store.list("tombstone")).toEqual([]);
  });

  it("goes on after a restart", async () => {
    const rig = await startRig();
    await bury(rig, "t-lost");
    const again = await rig.restart();
    again.world.machines.set("late-t-lost", machine("t-lost"));
    await again.clock.advance(minute);
    expect(again.world.machines.size).toBe(0);
  });

  it("only reports the machines that nobody knows, and not those of another hub", async () => {
    const rig = await startRig();
    const known = await rig.provision(ann);
    rig.world.machines.set("late-x", machine("x"));
    rig.world.machines.set("other", machine("y", "hub-2"));
    const again = await rig.restart();
    const unknown = [{ provider: "local", machineId: "late-x", name: "late-x" }];
    expect((await again.fleet.status(ann)).unknownMachines).toEqual(unknown);
    await again.clock.advance(60 * minute);
    expect([...again.world.machines.keys()]).toEqual([known.machineId, "late-x", "other"]);
  });

  it("does nothing about thopters whose machines are not listed", async () => {
    const rig = await startRig();
    const { id } = await rig.provision(ann);
    rig.world.machines.clear();
    const again = await rig.restart();
    await again.clock.advance(60 * minute);
    expect((await again.thopter(id)).status).toBe("ready");
    expect(await again.engine.list({ thopterId: id })).toHaveLength(1);
  });

  it("does not keep the hub from starting when a provider fails, and asks again", async () => {
    const world = createWorld();
    world.machines.set("late-x", machine("x"));
    world.faults.set("list", new Error("no answer"));
    const rig = await startRig({ world });
    expect(rig.reports.map(({ about }) => about)).toEqual(["asking local for its machines"]);
    await rig.provision(ann);
    world.faults.clear();
    await rig.clock.advance(2 * minute);
    expect((await rig.fleet.status(ann)).unknownMachines).toHaveLength(1);
  });

  it("does not keep the hub from starting when a provider says nothing at all", async () => {
    const { clock, engine, store } = await startRig();
    const silent = {
      ...providerIn(createWorld()),
      list: () => new Promise<never>(() => undefined),
    };
    const ports = { clock, engine, store, providers: { silent }, newId: () => "id" };
    const reconciler = createReconciler({ ...ports, report: () => undefined }, { hubId: "hub-1" });
    let isStarted = false;
    const starting = reconciler.start().then(() => (isStarted = true));
    await clock.advance(9_000);
    expect(isStarted).toBe(false);
    await clock.advance(1_000);
    await starting;
    reconciler.stop();
  });

  it("destroys for one tombstone though it cannot for another", async () => {
    const clock = createManualClock();
    const store = createMemoryStore();
    const rig = await startRig({ clock, store });
    await bury(rig, "t-1");
    const gone = { id: "t-0", version: 1, provider: "none", thopterId: "t-0" };
    const tombstone = { ...gone, createdAt: clock.now(), until: clock.now() + minute };
    await store.commit([{ kind: "tombstone", record: tombstone }]);
    rig.world.machines.set("late-t-1", machine("t-1"));
    await clock.advance(2 * minute);
    expect(rig.world.machines.size).toBe(0);
    expect(await store.list("tombstone")).toHaveLength(1);
  });
});

describe("watching agents", () => {
  it("records each change of state, and nothing where there is none", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann);
    rig.world.agentSays(machineId, "working");
    await settle();
    const { version, agentState } = await rig.thopter(id);
    expect(agentState).toEqual({ status: "working", since: 1 });
    rig.world.agentSays(machineId, "working", { since: 2 });
    await settle();
    expect((await rig.thopter(id)).version).toBe(version);
    rig.world.agentSays(machineId, "waiting", { question: { text: "a?", hash: "1" } });
    rig.world.agentSays(machineId, "waiting", { question: { text: "b?", hash: "2" } });
    await settle();
    expect((await rig.thopter(id)).agentState?.question?.text).toBe("b?");
    expect((await rig.fleet.status(ann)).agentCounts).toEqual({ waiting: 1 });
  });

  it("begins with the hub for those that are ready already", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann);
    const again = await rig.restart();
    again.world.agentSays(machineId, "done");
    await settle();
    expect((await again.thopter(id)).agentState?.status).toBe("done");
    expect(again.world.followers.size).toBe(1);
  });

  it("is taken up again when the way to the machine breaks", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann);
    rig.world.followers.get(machineId)?.end(new Error("the link broke"));
    await settle();
    expect(rig.world.followers.size).toBe(0);
    expect(rig.reports).toHaveLength(1);
    await rig.clock.advance(5000);
    rig.world.agentSays(machineId, "idle");
    await settle();
    expect((await rig.thopter(id)).agentState?.status).toBe("idle");
  });

  it("is taken up again when a state could not be recorded", async () => {
    let full = false;
    const store = createMemoryStore({
      beforeWrite() {
        if (full) throw new Error("no space");
      },
    });
    const rig = await startRig({ store });
    const { id, machineId = "" } = await rig.provision(ann);
    const { followed } = rig.world;
    full = true;
    rig.world.agentSays(machineId, "idle");
    await settle();
    full = false;
    await rig.clock.advance(10_000);
    expect(rig.world.followed).toBe(followed + 1);
    rig.world.agentSays(machineId, "idle");
    await settle();
    expect((await rig.thopter(id)).agentState?.status).toBe("idle");
  });

  it("stops with a destroy, and goes on when that does not happen", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann);
    rig.world.held.add("remove");
    await rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
    await settle();
    expect(rig.world.followers.size).toBe(0);
    const [destroy] = await rig.engine.list({ thopterId: id });
    await rig.fleet.cancelOperation(ann, { id: destroy?.id ?? "", reason: "wait" });
    await settle();
    expect(rig.world.followers.size).toBe(1);
    rig.world.release("remove");
    rig.world.agentSays(machineId, "idle");
    await settle();
    expect((await rig.thopter(id)).agentState?.status).toBe("idle");
    await rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
    await settle();
    expect((await rig.thopter(id)).status).toBe("gone");
    expect(rig.world.followers.size).toBe(0);
    await rig.clock.advance(minute);
    expect(rig.reports).toEqual([]);
  });

  it("goes on where it let go only after the destroy was called off", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann);
    rig.world.held.add("remove");
    rig.world.lingering = [];
    await rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
    await settle();
    const [destroy] = await rig.engine.list({ thopterId: id });
    await rig.fleet.cancelOperation(ann, { id: destroy?.id ?? "", reason: "wait" });
    await settle();
    for (const end of rig.world.lingering) end();
    rig.world.lingering = undefined;
    await settle();
    rig.world.agentSays(machineId, "idle");
    await settle();
    expect((await rig.thopter(id)).agentState?.status).toBe("idle");
  });

  it("keeps an end that is known when its session goes later", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann);
    rig.world.agentSays(machineId, "crashed", { exitCode: 137, since: 7 });
    await settle();
    rig.world.agentSays(machineId, "gone", { since: 9 });
    await settle();
    const crashed = { status: "crashed", exitCode: 137, since: 7 };
    expect((await rig.thopter(id)).agentState).toEqual(crashed);
    rig.world.agentSays(machineId, "working");
    rig.world.agentSays(machineId, "gone");
    await settle();
    expect((await rig.thopter(id)).agentState?.status).toBe("gone");
  });

  it("ends with the hub, and leaves an agent that is gone alone", async () => {
    const rig = await startRig();
    const { machineId = "" } = await rig.provision(ann);
    const { followed } = rig.world;
    rig.world.agentSays(machineId, "gone");
    await settle();
    rig.world.followers.get(machineId)?.end();
    await settle();
    await rig.clock.advance(minute);
    expect(rig.world.followed).toBe(followed);
    await rig.provision(ann);
    expect(rig.world.followers.size).toBe(1);
    await rig.fleet.stop();
    expect(rig.world.followers.size).toBe(0);
    expect(rig.world.openSessions).toBe(0);
  });
});
