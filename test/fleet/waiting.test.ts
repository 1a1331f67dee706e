import { describe, expect, it } from "vitest";
import { settle } from "../manual-clock.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";
import { someUnsaved } from "./world.ts";

const { ann, agent } = callers;
const signal = new AbortController().signal;
const request = { task: "mend the gate", repository: "owner/gate" };

/** What a promise is now: its value, or "waits". */
async function now<T>(promise: Promise<T>): Promise<T | "waits"> {
  await settle();
  const turn = new Promise<"waits">((resolve) => void setImmediate(() => resolve("waits")));
  return Promise.race([promise, turn]);
}

function waitForThopters(
  { fleet }: Rig,
  thopters: string[],
  patch: { until?: "ready" | "settled"; mode?: "any" | "all"; timeoutMs?: number } = {},
) {
  const asked = { thopters, until: "ready", mode: "all", timeoutMs: minute, ...patch } as const;
  return fleet.waitForThopters(ann, asked, { signal });
}

function waitForOperations(
  { fleet }: Rig,
  ids: string[],
  patch: { mode?: "any" | "all"; timeoutMs?: number } = {},
) {
  return fleet.waitForOperations(
    ann,
    { ids, mode: "all", timeoutMs: minute, ...patch },
    { signal },
  );
}

describe("waiting for thopters", () => {
  it("ends when all are ready, and at once when they are already", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const one = await rig.fleet.provision(ann, request);
    const two = await rig.fleet.provision(ann, request);
    const names = [one.thopter.name, two.thopter.id];
    const waiting = waitForThopters(rig, names);
    expect(await now(waiting)).toBe("waits");
    rig.world.release("create");
    expect(await waiting).toMatchObject({
      done: true,
      thopters: [{ status: "ready" }, { status: "ready" }],
    });
    expect(await waitForThopters(rig, names)).toMatchObject({ done: true });
  });

  it("ends with the first where any is enough", async () => {
    const rig = await startRig();
    const one = await rig.provision(ann);
    rig.world.held.add("create");
    const two = await rig.fleet.provision(ann, request);
    const names = [one.name, two.thopter.name];
    expect(await waitForThopters(rig, names, { mode: "any" })).toMatchObject({ done: true });
    expect(await now(waitForThopters(rig, names))).toBe("waits");
  });

  it("until they settle goes by what their agents do", async () => {
    const rig = await startRig();
    const { name, machineId = "" } = await rig.provision(ann);
    const settled = waitForThopters(rig, [name], { until: "settled" });
    rig.world.agentSays(machineId, "working");
    expect(await now(settled)).toBe("waits");
    rig.world.agentSays(machineId, "waiting", { question: { text: "which?", hash: "h" } });
    expect(await settled).toMatchObject({
      done: true,
      thopters: [{ settled: true, agentState: { status: "waiting" } }],
    });
  });

  it("ends with a provision that fails: nothing more will come of it", async () => {
    const rig = await startRig();
    rig.world.faults.set("create", new Error("broken"));
    const { thopter } = await rig.fleet.provision(ann, request);
    for (const until of ["ready", "settled"] as const) {
      const { done, thopters } = await waitForThopters(rig, [thopter.id], { until });
      expect(done).toBe(true);
      expect(thopters[0]?.status).toMatch(/failed|destroying|gone/);
    }
  });

  it("says that it is not done when the time is up", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const { thopter } = await rig.fleet.provision(ann, request);
    const waiting = waitForThopters(rig, [thopter.name], { timeoutMs: 5 * minute });
    await settle();
    await rig.clock.advance(5 * minute - 1);
    expect(await now(waiting)).toBe("waits");
    await rig.clock.advance(1);
    expect(await waiting).toMatchObject({ done: false, thopters: [{ name: thopter.name }] });
  });

  it("tells how far it is, at each change and now and then", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const { thopter } = await rig.fleet.provision(ann, request);
    const said: string[] = [];
    const waiting = rig.fleet.waitForThopters(
      ann,
      { thopters: [thopter.name], until: "ready", mode: "all", timeoutMs: minute },
      { signal, onProgress: (done, total, words) => said.push(`${done}/${total} ${words}`) },
    );
    await settle();
    const before = said.length;
    expect(said[0]).toMatch(/^0\/1 .*: (requested|provisioning)$/);
    await rig.clock.advance(15_000);
    expect(said.length).toBe(before + 3);
    rig.world.release("create");
    await waiting;
    expect(said.at(-1)).toBe(`1/1 ${thopter.name}: ready`);
    const after = said.length;
    await rig.clock.advance(minute);
    expect(said.length).toBe(after);
  });
});

describe("waiting for operations", () => {
  it("takes ids of operations and of approvals", async () => {
    const rig = await startRig();
    const made = await rig.provision(agent);
    rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    const asked = await rig.fleet.destroy(agent, { thopters: [made.id], reason: "x" });
    if (asked.outcome !== "approval-needed") throw new Error("nobody was asked");
    rig.world.held.add("remove");
    for (const mode of ["any", "all"] as const) {
      expect(await now(waitForOperations(rig, [asked.approval.id], { mode }))).toBe("waits");
    }
    const waiting = waitForOperations(rig, [asked.approval.id]);
    const any = waitForOperations(rig, [asked.approval.id], { mode: "any" });
    await rig.fleet.decide(ann, { id: asked.approval.id, decision: "approve" });
    // Decided is not done: the approval stands for what it queued.
    expect(await now(waiting)).toBe("waits");
    expect(await now(any)).toBe("waits");
    rig.world.release("remove");
    const ended = {
      done: true,
      operations: [{ kind: "destroy", status: "succeeded" }],
      approvals: [{ status: "approved" }],
    };
    expect(await waiting).toMatchObject(ended);
    expect(await any).toMatchObject(ended);
  });

  it.each(["deny", "expire"])("ends when a person does not approve: %s", async (how) => {
    const rig = await startRig();
    const made = [await rig.provision(ann), await rig.provision(ann)];
    const asked = await rig.fleet.destroy(ann, { thopters: made.map(({ id }) => id), reason: "x" });
    if (asked.outcome !== "approval-needed") throw new Error("nobody was asked");
    await rig.clock.advance(5 * minute);
    const waiting = waitForOperations(rig, [asked.approval.id], { timeoutMs: 8 * minute });
    expect(await now(waiting)).toBe("waits");
    if (how === "deny") await rig.fleet.decide(ann, { id: asked.approval.id, decision: "deny" });
    else await rig.clock.advance(5 * minute);
    expect(await waiting).toMatchObject({
      done: true,
      operations: [],
      approvals: [{ status: how === "deny" ? "denied" : "expired" }],
    });
  });

  it("refuses an id that is neither", async () => {
    const rig = await startRig();
    expect(await refusalOf(waitForOperations(rig, ["none"]))).toMatch(/^not_found: Cannot wait/);
    expect(await refusalOf(waitForThopters(rig, ["none"]))).toMatch(/^not_found/);
  });
});

describe("a wait", () => {
  it("that is given up cancels nothing", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const { thopter, operation } = await rig.fleet.provision(ann, request);
    const leaving = new AbortController();
    const waiting = rig.fleet.waitForOperations(
      ann,
      { ids: [operation.id], mode: "all", timeoutMs: minute },
      { signal: leaving.signal },
    );
    await settle();
    leaving.abort();
    expect(await waiting).toMatchObject({ done: false, operations: [{ status: "running" }] });
    rig.world.release("create");
    await settle();
    expect((await rig.thopter(thopter.id)).status).toBe("ready");
  });

  it("leaves no watcher behind, however it ends", async () => {
    const rig = await startRig();
    const before = rig.watchers();
    const ready = await rig.provision(ann);
    rig.world.held.add("create");
    const { thopter, operation } = await rig.fleet.provision(ann, request);
    const gone = AbortSignal.abort();

    await waitForThopters(rig, [ready.name]);
    await refusalOf(waitForOperations(rig, ["none"]));
    const wanted = { ids: [operation.id], mode: "all", timeoutMs: minute } as const;
    await rig.fleet.waitForOperations(ann, wanted, { signal: gone });
    await rig.fleet.waitForOperations(ann, { ...wanted, mode: "any" }, { signal: gone });
    const done = { thopters: [ready.name], until: "ready", mode: "all", timeoutMs: 1 } as const;
    await rig.fleet.waitForThopters(ann, done, { signal: gone });
    expect(rig.watchers()).toBe(before);

    const leaving = new AbortController();
    const left = rig.fleet.waitForOperations(ann, wanted, { signal: leaving.signal });
    const late = waitForThopters(rig, [thopter.name], { timeoutMs: 1000 });
    await settle();
    expect(rig.watchers()).toBe(before + 2);
    leaving.abort();
    await rig.clock.advance(1000);
    await Promise.all([left, late]);
    expect(rig.watchers()).toBe(before);
  });
});
