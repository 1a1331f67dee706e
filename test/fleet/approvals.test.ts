import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import type { ApprovalView } from "../../src/core/ports/fleet.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { settle } from "../manual-clock.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";
import { someUnsaved } from "./world.ts";

const { ann, ben, ada, abe, agent } = callers;

/** Asks to destroy thopters, which a person has to decide. */
async function ask(
  { fleet }: Rig,
  caller: Caller,
  { thopters, ...more }: { thopters: readonly Thopter[]; force?: boolean; reason?: string },
): Promise<ApprovalView> {
  const names = thopters.map(({ name }) => name);
  const asked = await fleet.destroy(caller, { thopters: names, reason: "done", ...more });
  if (asked.outcome !== "approval-needed") throw new Error("Nobody was asked");
  return asked.approval;
}

describe("a plan", () => {
  it("says of each thopter what a decision needs, and changes nothing", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    await rig.clock.advance(minute);
    const { plan, verdict } = await rig.fleet.planDestroy(ann, {
      thopters: [made.name, made.id],
      reason: "done",
    });
    expect(plan).toMatchObject({ force: false, reason: "done" });
    expect(plan.items).toEqual([
      {
        thopterId: made.id,
        machineId: made.machineId,
        name: made.name,
        ownerId: "ann",
        ownerName: "ann",
        provider: "local",
        status: "ready",
        ageMs: minute,
        unsaved: someUnsaved,
        lineage: true,
      },
    ]);
    expect(verdict).toEqual({ answer: "ask", why: `${made.name} has unsaved work` });
    expect(await rig.store.list("approval")).toEqual([]);
    expect((await rig.thopter(made.id)).status).toBe("ready");
  });

  it("takes what cannot be looked into for unsaved", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    rig.world.faults.set("unsaved", new Error("no answer"));
    const { verdict } = await rig.fleet.planDestroy(ann, { thopters: [made.name], reason: "x" });
    expect(verdict.answer).toBe("ask");
    expect(rig.reports).toHaveLength(1);
  });

  it("names what exists when a thopter does not", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    const asked = rig.fleet.planDestroy(ann, { thopters: ["none"], reason: "x" });
    expect(await refusalOf(asked)).toBe(
      `not_found: Cannot find a thopter "none". There are: ${made.name}. list_thopters shows them all.`,
    );
  });

  it("is of 1 to 50 thopters, and of a reason that can be read", async () => {
    const { fleet } = await startRig();
    const asking = (thopters: string[], reason: string): Promise<string> =>
      refusalOf(fleet.destroy(ann, { thopters, reason }));
    expect(await asking([], "x")).toMatch(/^invalid: Cannot destroy 0/);
    expect(await asking(Array.from({ length: 51 }, String), "x")).toMatch(
      /^invalid: Cannot destroy 51/,
    );
    expect(await asking(["a"], "x".repeat(1001))).toMatch(/^invalid: Cannot take a reason/);
  });
});

describe("a destroy", () => {
  it("of one's own clean thopter happens at once", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    const asked = await rig.fleet.destroy(ann, { thopters: [made.name], reason: "done" });
    expect(asked.outcome).toBe("accepted");
    await settle();
    expect((await rig.thopter(made.id)).status).toBe("gone");
  });

  it("of many is accepted whole or not at all", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    const asked = rig.fleet.destroy(ann, { thopters: [made.name, "none"], reason: "x" });
    expect(await refusalOf(asked)).toMatch(/^not_found/);
    expect(await rig.store.list("approval")).toEqual([]);
    expect((await rig.thopter(made.id)).status).toBe("ready");
  });

  it("by an agent is bounded in ten minutes, however many it asks for at once", async () => {
    const rig = await startRig({ agentDestroyLimit: 3 });
    const made: Thopter[] = [];
    for (let count = 0; count < 6; count += 1) made.push(await rig.provision(agent));
    const answers = await Promise.all(
      made.map(({ name }) => rig.fleet.destroy(agent, { thopters: [name], reason: "done" })),
    );
    expect(answers.filter(({ outcome }) => outcome === "accepted")).toHaveLength(3);
    await rig.clock.advance(11 * minute);
    const [left] = (await rig.engine.thopters()).map(({ name }) => name);
    const later = await rig.fleet.destroy(agent, { thopters: [left ?? ""], reason: "done" });
    expect(later.outcome).toBe("accepted");
  });

  it("by an agent of what it did not make is refused", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    for (const caller of [agent, callers.otherAgent, callers.adminAgent]) {
      const asked = rig.fleet.destroy(caller, { thopters: [made.name], reason: "x" });
      expect(await refusalOf(asked)).toMatch(
        /^forbidden: Cannot destroy: an agent may destroy only/,
      );
    }
  });
});

describe("an approval", () => {
  it("holds the plan as it was asked for, and nothing runs before it", async () => {
    const rig = await startRig();
    const made = await rig.provision(agent);
    rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    const approval = await ask(rig, agent, { thopters: [made] });
    expect(approval).toMatchObject({
      status: "pending",
      requestedBy: agent.actor,
      askedByName: "an agent of ann",
      deciders: ["ann"],
      askerMayDecide: false,
      mayDecide: false,
      operationIds: [],
      expiresAt: rig.clock.now() + 10 * minute,
    });
    rig.world.unsaved.clear();
    expect((await rig.fleet.getApproval(ann, approval.id)).plan).toEqual(approval.plan);
    await settle();
    expect(await rig.engine.list({ thopterId: made.id })).toHaveLength(1);
  });

  it("has another hash for another thopter, machine, owner, unsaved or not, and force", async () => {
    const rig = await startRig();
    const [one, two] = [await rig.provision(agent), await rig.provision(agent)];
    const hashes = new Set<string>();
    rig.world.unsaved.set(one.machineId ?? "", someUnsaved);
    rig.world.unsaved.set(two.machineId ?? "", someUnsaved);
    hashes.add((await ask(rig, agent, { thopters: [one] })).planHash);
    hashes.add((await ask(rig, agent, { thopters: [two] })).planHash);
    hashes.add((await ask(rig, agent, { thopters: [one], force: true })).planHash);
    rig.world.unsaved.clear();
    hashes.add((await ask(rig, agent, { thopters: [one], force: true })).planHash);
    await rig.engine.amend(one.id, () => ({ machineId: "m-other" }));
    hashes.add((await ask(rig, agent, { thopters: [one], force: true })).planHash);
    expect(hashes.size).toBe(5);
  });

  it("is raised once for the same question", async () => {
    const rig = await startRig();
    const made = await rig.provision(agent);
    rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    const first = await ask(rig, agent, { thopters: [made] });
    expect((await ask(rig, agent, { thopters: [made], reason: "again" })).id).toBe(first.id);
    await rig.fleet.decide(ann, { id: first.id, decision: "deny" });
    expect((await ask(rig, agent, { thopters: [made] })).id).not.toBe(first.id);
  });

  it("queues what it stands for in the commit that decides it", async () => {
    const rig = await startRig();
    const made = [await rig.provision(ann), await rig.provision(ann)];
    const approval = await ask(rig, ann, { thopters: made });
    const commits: string[][] = [];
    rig.store.watch((writes) => commits.push(writes.map(({ kind }) => kind)));
    const { operations } = await rig.fleet.decide(ann, { id: approval.id, decision: "approve" });
    const deciding = commits.filter((kinds) => kinds.includes("approval"));
    expect(deciding).toHaveLength(1);
    expect(deciding[0]?.toSorted()).toEqual(["approval", "audit", "operation", "operation"]);
    expect(operations.map(({ thopterId }) => thopterId)).toEqual(made.map(({ id }) => id));
    for (const operation of operations) {
      expect(operation).toMatchObject({
        kind: "destroy",
        force: false,
        approvalId: approval.id,
        actor: ann.actor,
        approved: { ownerId: "ann", unsaved: false, machineId: `m-${operation.thopterId}` },
      });
    }
    const decided = await rig.fleet.getApproval(ann, approval.id);
    expect(decided).toMatchObject({ status: "approved", decidedByName: "ann", mayDecide: false });
    expect(decided.operationIds).toEqual(operations.map(({ id }) => id));
  });

  it("that is denied destroys nothing", async () => {
    const rig = await startRig();
    const made = [await rig.provision(ann), await rig.provision(ann)];
    const approval = await ask(rig, ann, { thopters: made });
    const denied = await rig.fleet.decide(ann, { id: approval.id, decision: "deny" });
    expect(denied).toMatchObject({ approval: { status: "denied" }, operations: [] });
    await settle();
    expect(await rig.engine.thopters()).toHaveLength(2);
  });

  it("is decided once: of twenty at once the others are told who it was", async () => {
    // A disk that takes its time: all twenty ask before the first is on record.
    const beforeWrite = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
    const rig = await startRig({ store: createMemoryStore({ beforeWrite }) });
    const made = await rig.provision(agent);
    rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    const approval = await ask(rig, agent, { thopters: [made] });
    const clicks = Array.from({ length: 20 }, (_, click) =>
      rig.fleet.decide(click % 2 === 0 ? ann : ada, {
        id: approval.id,
        decision: click === 7 ? "deny" : "approve",
      }),
    );
    const ends = await Promise.allSettled(clicks);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const end of ends) {
      if (end.status === "fulfilled") continue;
      expect(String(end.reason)).toContain("it was approved already by ann");
    }
    await settle();
    const destroys = (await rig.engine.list()).filter(({ kind }) => kind === "destroy");
    expect(destroys).toHaveLength(1);
    expect(destroys[0]?.status).toBe("succeeded");
    expect((await rig.auditLines()).filter((line) => line.includes("decide"))).toHaveLength(1);
  });

  it("expires by the clock, and then nobody can decide it", async () => {
    const rig = await startRig();
    const made = [await rig.provision(ann), await rig.provision(ann)];
    const approval = await ask(rig, ann, { thopters: made });
    await rig.clock.advance(10 * minute - 1);
    expect((await rig.fleet.getApproval(ann, approval.id)).mayDecide).toBe(true);
    await rig.clock.advance(1);
    expect(await rig.fleet.getApproval(ann, approval.id)).toMatchObject({
      status: "expired",
      mayDecide: false,
    });
    expect(await rig.fleet.listApprovals(ann, { pendingOnly: true })).toEqual([]);
    const late = rig.fleet.decide(ann, { id: approval.id, decision: "approve" });
    expect(await refusalOf(late)).toMatch(/^conflict: .*it was expired already\.$/);
    expect(await rig.engine.thopters()).toHaveLength(2);
  });

  it("survives a restart, as does its end", async () => {
    const rig = await startRig();
    const made = [await rig.provision(ann), await rig.provision(ann)];
    const first = await ask(rig, ann, { thopters: made });
    const again = await rig.restart();
    expect(await again.fleet.listApprovals(ann, { pendingOnly: true })).toHaveLength(1);
    const { operations } = await again.fleet.decide(ann, { id: first.id, decision: "approve" });
    expect(operations).toHaveLength(2);

    const more = [await again.provision(ann), await again.provision(ann)];
    const second = await ask(again, ann, { thopters: more });
    const third = await again.restart();
    await third.clock.advance(10 * minute);
    expect((await third.store.get("approval", second.id))?.status).toBe("expired");
    expect([...rig.reports, ...again.reports, ...third.reports]).toEqual([]);
  });

  it("skips what is gone by then", async () => {
    const rig = await startRig();
    const [one, two] = [await rig.provision(ann), await rig.provision(ann)];
    const approval = await ask(rig, ann, { thopters: [one, two] });
    await rig.fleet.destroy(ann, { thopters: [one.name], reason: "done" });
    await settle();
    const { operations } = await rig.fleet.decide(ann, { id: approval.id, decision: "approve" });
    expect(operations.map(({ thopterName }) => thopterName)).toEqual([two.name]);
    await settle();
    expect(await rig.engine.thopters()).toEqual([]);
  });

  it("of which all is gone can still be decided", async () => {
    const rig = await startRig();
    const made = await rig.provision(agent);
    rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    const approval = await ask(rig, agent, { thopters: [made] });
    const force = await ask(rig, ann, { thopters: [made], force: true });
    await rig.fleet.decide(ann, { id: force.id, decision: "approve" });
    await settle();
    const decided = await rig.fleet.decide(ann, { id: approval.id, decision: "approve" });
    expect(decided).toMatchObject({ approval: { status: "approved" }, operations: [] });
  });

  it("is decided by whom the policy names, and the asker never alone for another's", async () => {
    const rig = await startRig();
    const bens = await rig.provision(ben);
    const approval = await ask(rig, ada, { thopters: [bens] });
    const decide = (caller: Caller): Promise<unknown> =>
      rig.fleet.decide(caller, { id: approval.id, decision: "approve" });
    expect(await refusalOf(decide(ada))).toBe(
      `forbidden: Cannot decide approval "${approval.id}": ben or an admin who did not ask for it has to.`,
    );
    expect(await refusalOf(decide(ann))).toMatch(/^forbidden/);
    for (const caller of [agent, callers.adminAgent]) {
      expect(await refusalOf(decide(caller))).toMatch(/^forbidden: .*only a person may/);
    }
    await expect(decide(abe)).resolves.toMatchObject({ approval: { status: "approved" } });
  });

  it("that nobody knows is not found", async () => {
    const { fleet } = await startRig();
    for (const call of [
      fleet.getApproval(ann, "none"),
      fleet.decide(ann, { id: "none", decision: "approve" }),
    ]) {
      expect(await refusalOf(call)).toMatch(/^not_found: Cannot find approval "none"/);
    }
  });
});
