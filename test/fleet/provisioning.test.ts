import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { settle } from "../manual-clock.ts";
import { callers, minute, refusalOf, secret, startRig } from "./rig.ts";

const { ann, ben, ada, agent } = callers;
const request = { task: "mend the gate", repository: "owner/gate" };

describe("a provision", () => {
  it("makes a thopter of the asker's, and answers before it is made", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const { thopter, operation, outcome } = await rig.fleet.provision(ann, {
      ...request,
      name: "calm-otter",
      base: "main",
      labels: ["team:red", "team:red"],
      ttlMs: 60 * minute,
    });
    expect(outcome).toBe("new");
    expect(thopter).toMatchObject({
      name: "calm-otter",
      ownerName: "ann",
      mine: true,
      settled: false,
      repository: "https://github.com/owner/gate.git",
      base: "main",
      branch: "thopter/calm-otter",
      labels: ["team:red"],
      operation: { id: operation.id, kind: "provision" },
    });
    rig.world.release("create");
    await settle();
    expect(await rig.fleet.getOperation(ann, operation.id)).toMatchObject({ status: "succeeded" });
    expect(await rig.fleet.getThopter(ann, "calm-otter")).toMatchObject({
      status: "ready",
      task: "mend the gate",
      work: { branch: "branch", commitsAhead: 1 },
      expiresAt: rig.clock.now() + 60 * minute,
    });
  });

  it("repeated with its key answers with the first, and with other arguments is refused", async () => {
    const rig = await startRig();
    const first = await rig.fleet.provision(agent, { ...request, key: "k1" });
    const second = await rig.fleet.provision(agent, { ...request, key: "k1" });
    expect(second).toMatchObject({
      outcome: "repeated",
      operation: { id: first.operation.id },
      thopter: { id: first.thopter.id },
    });
    expect(await rig.engine.thopters()).toHaveLength(1);
    const other = rig.fleet.provision(agent, { ...request, task: "other", key: "k1" });
    expect(await refusalOf(other)).toMatch(/^conflict: .*other arguments/);
    const anns = await rig.fleet.provision(ann, { ...request, key: "k1" });
    expect(anns.outcome).toBe("new");
    const audited = (await rig.auditLines()).filter((line) => line.includes("provision"));
    expect(audited).toHaveLength(2);
  });

  it("under a name that is taken is refused, and free once that one is gone", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann, { name: "calm-otter" });
    const again = rig.fleet.provision(ben, { ...request, name: "calm-otter" });
    expect(await refusalOf(again)).toMatch(/^conflict: .*the name is taken/);
    await rig.fleet.destroy(ann, { thopters: [made.id], reason: "done" });
    await settle();
    expect((await rig.provision(ben, { name: "calm-otter" })).ownerId).toBe("ben");
  });

  it("never trips over a name that was chosen for another at the same moment", async () => {
    const rig = await startRig();
    const asked = Array.from({ length: 100 }, () => rig.fleet.provision(ann, request));
    const names = (await Promise.all(asked)).map(({ thopter }) => thopter.name);
    expect(new Set(names).size).toBe(100);
  });

  it("waits at capacity and says so", async () => {
    const rig = await startRig({ maxThopters: 1 });
    await rig.provision(ann);
    const { operation } = await rig.fleet.provision(ann, request);
    await settle();
    const { explanation, status } = await rig.fleet.getOperation(ann, operation.id);
    expect(status).toBe("queued");
    expect(explanation).toBe("It waits: the fleet is full: 1 of 1 thopters.");
  });

  it("is refused when too many wait, as is one that asks for what cannot be", async () => {
    const rig = await startRig({ maxThopters: 1, maxQueueSize: 1 });
    await rig.provision(ann);
    await rig.fleet.provision(ann, request);
    const ask = (patch: object): Promise<string> =>
      refusalOf(rig.fleet.provision(ann, { ...request, ...patch }));
    expect(await ask({})).toMatch(/^full: Cannot queue another provision/);
    expect(await ask({ task: " " })).toMatch(/^invalid: Cannot provision without a task/);
    expect(await ask({ task: "x".repeat(100_001) })).toMatch(/^invalid: Cannot take a task/);
    expect(await ask({ repository: "--upload-pack=x" })).toMatch(/^invalid: Cannot use the repo/);
    expect(await ask({ base: "-b" })).toMatch(/^invalid: Cannot start from/);
    expect(await ask({ name: "No Name" })).toMatch(/^invalid: Cannot name/);
    expect(await ask({ labels: ["a b"] })).toMatch(/^invalid: Cannot use the label "a b"/);
    const labels = Array.from({ length: 21 }, (_, label) => `l${label}`);
    expect(await ask({ labels })).toMatch(/^invalid: Cannot use 21 labels/);
    for (const ttlMs of [0, minute - 1, 31 * 24 * 60 * minute, Number.NaN]) {
      expect(await ask({ ttlMs })).toMatch(/^invalid: Cannot use that time to live/);
    }
    expect(await ask({ after: ["none"] })).toMatch(/^(full|not_found)/);
  });

  it("from a local path is for persons, and for agents where the hub allows it", async () => {
    const local = { ...request, repository: "/srv/git/gate" };
    const strict = await startRig();
    await expect(strict.fleet.provision(ann, local)).resolves.toBeDefined();
    expect(await refusalOf(strict.fleet.provision(agent, local))).toMatch(/local paths are for/);
    const open = await startRig({ agentsMayUseLocalRepositories: true });
    await expect(open.fleet.provision(agent, local)).resolves.toBeDefined();
  });

  it("by an agent belongs to the person it acts for, and is the agent's own", async () => {
    const rig = await startRig();
    const made = await rig.provision(agent);
    expect(made).toMatchObject({ ownerId: "ann", createdBy: agent.actor });
    const mine = async (caller: Caller): Promise<boolean | undefined> =>
      (await rig.fleet.listThopters(caller, {})).items[0]?.mine;
    expect(await mine(agent)).toBe(true);
    expect(await mine(callers.otherAgent)).toBe(false);
    expect(await mine(ann)).toBe(true);
    expect(await mine(ben)).toBe(false);
  });
});

describe("a restore", () => {
  it("goes on from a rescue under the old name where that is free", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann, { name: "calm-otter", labels: ["x"] });
    const rescue = {
      id: "r-1",
      bundlePath: "/rescues/r-1",
      commits: 1,
      uncommittedFiles: 0,
      savedAt: 1,
    };
    await rig.engine.amend(made.id, () => ({ rescue }));
    await rig.fleet.destroy(ann, { thopters: [made.id], reason: "done" });
    await settle();
    expect(await rig.fleet.rescues(ann)).toEqual([
      { ...rescue, thopterName: "calm-otter", repository: made.repository, ownerName: "ann" },
    ]);
    expect(await refusalOf(rig.fleet.restore(ben, { rescue: "r-1" }))).toMatch(/^forbidden/);
    expect(await refusalOf(rig.fleet.restore(ann, { rescue: "r-2" }))).toMatch(/^not_found/);
    const first = await rig.fleet.restore(ann, { rescue: "calm-otter" });
    expect(first.thopter).toMatchObject({ name: "calm-otter", labels: ["x"] });
    expect((await rig.thopter(first.thopter.id)).restoreFrom).toBe("r-1");
    const second = await rig.fleet.restore(ada, { rescue: "r-1" });
    expect(second.thopter.name).not.toBe("calm-otter");
    expect(second.thopter.ownerId).toBe("ada");
  });
});

describe("stepping in", () => {
  it("cancels and retries what is one's own, and records it without secrets", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const { operation } = await rig.fleet.provision(ann, request);
    await settle();
    const cancel = (caller: typeof ann): Promise<unknown> =>
      rig.fleet.cancelOperation(caller, { id: operation.id, reason: `no ${secret}` });
    expect(await refusalOf(cancel(ben))).toMatch(/^forbidden/);
    await expect(cancel(ann)).resolves.toMatchObject({ status: "canceled" });
    expect(await refusalOf(cancel(ann))).toMatch(/^conflict/);
    expect(JSON.stringify(await rig.store.list("audit"))).not.toContain(secret);
    rig.world.release("create");
    const again = await rig.fleet.retryOperation(ann, operation.id);
    expect(again).toMatchObject({ kind: "provision", retryOf: operation.id });
    await settle();
    expect((await rig.fleet.getOperation(ann, again.id)).status).toBe("succeeded");
    expect(await refusalOf(rig.fleet.retryOperation(ann, again.id))).toMatch(/^conflict/);
  });

  it("retries a destroy only where the policy would allow it now", async () => {
    const rig = await startRig();
    const made = await rig.provision(agent);
    rig.world.faults.set("remove", new Error("broken"));
    await rig.fleet.destroy(agent, { thopters: [made.id], reason: "done" });
    await settle();
    const [failed] = await rig.engine.list({ thopterId: made.id });
    if (failed === undefined) throw new Error("no destroy");
    expect(failed.status).toBe("failed");
    rig.world.faults.clear();
    rig.world.unsaved.set(made.machineId ?? "", { state: "yes", commits: 1, files: 0 });
    expect(await refusalOf(rig.fleet.retryOperation(agent, failed.id))).toBe(
      `forbidden: Cannot retry the destroy of "${made.name}": ${made.name} has unsaved work, so it has to be decided again. Ask to destroy it.`,
    );
    // An admin is not alone to decide for another, nor by a detour.
    expect(await refusalOf(rig.fleet.retryOperation(ada, failed.id))).toMatch(/decided again/);
    await expect(rig.fleet.retryOperation(ann, failed.id)).resolves.toMatchObject({
      retryOf: failed.id,
    });
  });

  it("never retries by force without a new decision", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    rig.world.faults.set("remove", new Error("broken"));
    const asked = await rig.fleet.destroy(ann, { thopters: [made.id], reason: "x", force: true });
    if (asked.outcome !== "approval-needed") throw new Error("nobody was asked");
    const decision = { id: asked.approval.id, decision: "approve" } as const;
    const { operations } = await rig.fleet.decide(ann, decision);
    await settle();
    rig.world.faults.clear();
    const retried = rig.fleet.retryOperation(ann, operations[0]?.id ?? "");
    expect(await refusalOf(retried)).toMatch(/^forbidden: .*force destroys work/);
  });

  it("pauses and resumes lanes", async () => {
    const rig = await startRig();
    const paused = (lanes: { lane: string; paused: boolean }[]): string[] =>
      lanes.filter((lane) => lane.paused).map(({ lane }) => lane);
    const { lanes } = await rig.fleet.pause(ada, "provision");
    expect(paused(lanes)).toContain("provision");
    expect(paused(lanes)).not.toContain("destroy");
    const { operation } = await rig.fleet.provision(ann, request);
    await settle();
    const { queue } = await rig.fleet.status(ann);
    expect(queue).toMatchObject([
      { operationId: operation.id, explanation: "It waits: the provision lane is paused." },
    ]);
    expect(paused((await rig.fleet.resume(ada, "all")).lanes)).toEqual([]);
    await settle();
    expect((await rig.fleet.getOperation(ann, operation.id)).status).toBe("succeeded");
  });
});
