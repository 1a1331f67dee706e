import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { settle } from "../manual-clock.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben } = callers;
const hour = 60 * minute;

async function destroysOf({ engine }: Rig, thopterId: string) {
  return (await engine.list({ thopterId })).filter(({ kind }) => kind === "destroy");
}

describe("the end of a life", () => {
  it("is announced fifteen minutes before, and is an ordinary destroy", async () => {
    const rig = await startRig();
    const { id } = await rig.provision(ann, { ttlMs: hour });
    await rig.clock.advance(45 * minute - 1);
    expect((await rig.thopter(id)).warnedAt).toBeUndefined();
    await rig.clock.advance(1);
    expect((await rig.thopter(id)).warnedAt).toBe(rig.clock.now());
    await rig.clock.advance(15 * minute - 1);
    expect(await destroysOf(rig, id)).toEqual([]);
    await rig.clock.advance(1);
    expect((await rig.thopter(id)).status).toBe("gone");
    expect(await destroysOf(rig, id)).toMatchObject([
      { force: false, actor: { kind: "system", name: "time-to-live" }, reason: /over/ },
    ]);
    expect(await rig.auditLines()).toContain("time-to-live destroy accepted");
  });

  it("comes no sooner than fifteen minutes after the warning, however short the life", async () => {
    const rig = await startRig();
    const { id } = await rig.provision(ann, { ttlMs: minute });
    await rig.clock.advance(0);
    expect((await rig.thopter(id)).warnedAt).toBe(rig.clock.now());
    await rig.clock.advance(15 * minute - 1);
    expect((await rig.thopter(id)).status).toBe("ready");
    await rig.clock.advance(1);
    expect((await rig.thopter(id)).status).toBe("gone");
  });

  it("that passed while the hub was away still leaves time after the warning", async () => {
    const rig = await startRig();
    const { id } = await rig.provision(ann, { ttlMs: hour });
    await rig.fleet.stop();
    await rig.clock.advance(3 * hour);
    const again = await rig.restart();
    await again.clock.advance(0);
    expect((await again.thopter(id)).warnedAt).toBe(again.clock.now());
    await again.clock.advance(15 * minute - 1);
    expect((await again.thopter(id)).status).toBe("ready");
    await again.clock.advance(1);
    expect((await again.thopter(id)).status).toBe("gone");
  });

  it("is announced once, whatever else changes in the meantime", async () => {
    const rig = await startRig();
    const { id, machineId = "" } = await rig.provision(ann, { ttlMs: hour });
    await rig.clock.advance(45 * minute);
    const { warnedAt } = await rig.thopter(id);
    for (const status of ["working", "idle", "working"] as const) {
      rig.world.agentSays(machineId, status);
      await rig.clock.advance(minute);
    }
    expect((await rig.thopter(id)).warnedAt).toBe(warnedAt);
    await rig.clock.advance(12 * minute);
    expect((await rig.thopter(id)).status).toBe("gone");
    expect(await destroysOf(rig, id)).toHaveLength(1);
  });

  it("does not come to those without one", async () => {
    const rig = await startRig();
    const { id } = await rig.provision(ann);
    await rig.clock.advance(1000 * hour);
    expect((await rig.thopter(id)).status).toBe("ready");
  });
});

describe("a warning that someone delivers", () => {
  it("holds the end back until it has arrived, and fifteen minutes more", async () => {
    const rig = await startRig();
    await rig.fleet.warnings.begin((ownerId) => ownerId === "ann");
    const { id, expiresAt = 0 } = await rig.provision(ann, { ttlMs: hour });
    await rig.clock.advance(3 * hour);
    expect((await rig.thopter(id)).status).toBe("ready");
    const at = rig.clock.now();
    await rig.fleet.warnings.delivered(id, { expiresAt, at });
    await rig.clock.advance(15 * minute - 1);
    await rig.fleet.warnings.delivered(id, { expiresAt, at: at - hour });
    await rig.clock.advance(0);
    expect((await rig.thopter(id)).status).toBe("ready");
    await rig.clock.advance(1);
    expect((await rig.thopter(id)).status).toBe("gone");
  });

  it("of an end that was put off since does not count for the new one", async () => {
    const rig = await startRig();
    await rig.fleet.warnings.begin(() => true);
    const { id, name, expiresAt = 0 } = await rig.provision(ann, { ttlMs: hour });
    await rig.clock.advance(50 * minute);
    await rig.fleet.extend(ann, { thopter: name, byMs: hour });
    await rig.fleet.warnings.delivered(id, { expiresAt, at: rig.clock.now() });
    await rig.clock.advance(3 * hour);
    expect((await rig.thopter(id)).status).toBe("ready");
  });

  it("is not waited for where nobody can deliver it", async () => {
    const rig = await startRig();
    await rig.fleet.warnings.begin((ownerId) => ownerId === "ann");
    const { id } = await rig.provision(ben, { ttlMs: hour });
    await rig.clock.advance(hour);
    expect((await rig.thopter(id)).status).toBe("gone");
  });
});

describe("an extension", () => {
  it("puts the end off, with a warning of its own, and never brings it forward", async () => {
    const rig = await startRig();
    const { id, name } = await rig.provision(ann, { ttlMs: hour });
    const end = rig.clock.now() + hour;
    const kept = await rig.fleet.extend(ann, { thopter: name, byMs: minute });
    expect(kept.expiresAt).toBe(end);
    await rig.clock.advance(50 * minute);
    const extended = await rig.fleet.extend(ann, { thopter: name, byMs: hour });
    expect(extended.expiresAt).toBe(rig.clock.now() + hour);
    await rig.clock.advance(44 * minute);
    expect((await rig.thopter(id)).status).toBe("ready");
    await rig.clock.advance(2 * minute);
    const { warnedAt, warnedFor, expiresAt } = await rig.thopter(id);
    expect(warnedFor).toBe(expiresAt);
    expect(warnedAt).toBeGreaterThan(end);
    await rig.clock.advance(14 * minute);
    expect((await rig.thopter(id)).status).toBe("gone");
    expect(await rig.auditLines()).toContain("person:ann extend succeeded");
  });

  it("cancels the destroy of an end that has come", async () => {
    const rig = await startRig();
    const { id, name } = await rig.provision(ann, { ttlMs: hour });
    rig.world.held.add("remove");
    await rig.clock.advance(hour);
    expect((await rig.thopter(id)).status).toBe("destroying");
    await rig.fleet.extend(ann, { thopter: name, byMs: hour });
    expect(await destroysOf(rig, id)).toMatchObject([{ status: "canceled" }]);
    expect((await rig.thopter(id)).status).toBe("ready");
    rig.world.release("remove");
    await rig.clock.advance(44 * minute);
    expect((await rig.thopter(id)).status).toBe("ready");
    await rig.clock.advance(16 * minute);
    expect((await rig.thopter(id)).status).toBe("gone");
  });

  it("is refused where there is nothing to put off, and to whom it does not belong", async () => {
    const rig = await startRig();
    const endless = await rig.provision(ann);
    const { name } = await rig.provision(ann, { ttlMs: hour });
    const extend = (thopter: string, byMs: number, caller: Caller = ann) =>
      refusalOf(rig.fleet.extend(caller, { thopter, byMs }));
    expect(await extend(endless.name, hour)).toMatch(/^conflict: .*it has no end/);
    for (const byMs of [0, -1, Number.NaN, Infinity, 31 * 24 * hour]) {
      expect(await extend(name, byMs)).toMatch(/^invalid: Cannot extend a life by that/);
    }
    expect(await extend(name, hour, ben)).toMatch(/^forbidden/);
    rig.world.held.add("create");
    const made = await rig.provision(ann, { ttlMs: hour });
    expect(await extend(made.name, hour)).toMatch(/^conflict: .*it is provisioning/);
  });
});

describe("a destroy at the end of a life that fails", () => {
  async function fail(): Promise<{ rig: Rig; id: string }> {
    const rig = await startRig();
    const { id } = await rig.provision(ann, { ttlMs: hour });
    rig.world.faults.set("remove", new Error("broken"));
    await rig.clock.advance(hour);
    return { rig, id };
  }

  it("asks the owner once and is not repeated", async () => {
    const { rig, id } = await fail();
    expect((await rig.thopter(id)).status).toBe("ready");
    const approvals = await rig.fleet.listApprovals(ann, { pendingOnly: true });
    expect(approvals).toMatchObject([
      { askedByName: "the hub", deciders: ["ann"], mayDecide: true, plan: { force: false } },
    ]);
    expect(approvals[0]?.why).toContain("destroying it failed");
    rig.world.agentSays(`m-${id}`, "idle");
    await rig.clock.advance(24 * hour);
    expect(await destroysOf(rig, id)).toHaveLength(1);
    expect(await rig.store.list("approval")).toHaveLength(1);
    const again = await rig.restart();
    await again.clock.advance(hour);
    expect(await destroysOf(again, id)).toHaveLength(1);
    expect(await again.store.list("approval")).toHaveLength(1);
  });

  it("asks after a restart when the hub died before it could", async () => {
    const rig = await startRig();
    const { id } = await rig.provision(ann, { ttlMs: hour });
    rig.world.faults.set("remove", new Error("broken"));
    rig.world.held.add("remove");
    await rig.clock.advance(hour);
    // Nobody listens any more when it fails.
    await rig.fleet.stop();
    rig.world.release("remove");
    await settle();
    expect(await rig.store.list("approval")).toEqual([]);
    const again = await rig.restart();
    await settle();
    expect(await again.fleet.listApprovals(ann, { pendingOnly: true })).toHaveLength(1);
    expect(await destroysOf(again, id)).toHaveLength(1);
  });

  it("does what the owner decides, and asks no more", async () => {
    const { rig, id } = await fail();
    const [approval] = await rig.fleet.listApprovals(ann, { pendingOnly: true });
    await rig.fleet.decide(ann, { id: approval?.id ?? "", decision: "approve" });
    await settle();
    expect(await destroysOf(rig, id)).toHaveLength(2);
    expect(await rig.store.list("approval")).toHaveLength(1);
    rig.world.faults.clear();
    await rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
    await settle();
    expect((await rig.thopter(id)).status).toBe("gone");
  });
});
