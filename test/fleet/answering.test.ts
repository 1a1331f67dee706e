import { describe, expect, it } from "vitest";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import { settle } from "../manual-clock.ts";
import { callers, refusalOf, secret, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben, ada, agent } = callers;
const signal = new AbortController().signal;
const question = { text: "Overwrite it?", hash: "h1", choices: ["Yes", "No"] };

type Asking = Rig & { id: string; machineId: string; answer: Rig["fleet"]["answer"] };

async function asking(patch: Partial<typeof question> = {}): Promise<Asking> {
  const rig = await startRig();
  const { id, machineId = "" } = await rig.provision(agent);
  rig.world.agentSays(machineId, "waiting", { question: { ...question, ...patch } });
  await settle();
  return { ...rig, id, machineId, answer: rig.fleet.answer };
}

describe("answering an agent", () => {
  it("hands the answer over and shows it answered at once", async () => {
    const { id, answer, fleet, world, auditLines } = await asking();
    const view = await answer(ann, { thopter: id, hash: "h1", text: "Yes" }, signal);
    expect(world.answered).toEqual([{ hash: "h1", text: "Yes" }]);
    expect(view.agentState).toMatchObject({ status: "working" });
    expect(view.agentState).not.toHaveProperty("question");
    expect((await fleet.getThopter(ann, id)).settled).toBe(false);
    expect((await auditLines()).at(-1)).toBe("person:ann answer succeeded");
  });

  it("leaves a question alone that was opened in the meantime", async () => {
    const { id, machineId, answer, world } = await asking();
    const next = { ...question, hash: "h2" };
    world.agentSays(machineId, "waiting", { question: next });
    await settle();
    const view = await answer(ann, { thopter: id, hash: "h1", text: "Yes" }, signal);
    expect(view.agentState?.question).toEqual(next);
  });

  it("is for its owner and admins, and never for an agent", async () => {
    const { id, answer, world } = await asking();
    const request = { thopter: id, hash: "h1", text: "Yes" };
    expect(await refusalOf(answer(agent, request, signal))).toMatch(/^forbidden: .*only a person/);
    expect(await refusalOf(answer(ben, request, signal))).toMatch(/^forbidden: .*not yours/);
    expect(world.answered).toEqual([]);
    await answer(ada, request, signal);
    expect(world.answered).toHaveLength(1);
  });

  it("passes on what the agent refuses, and leaves the question open", async () => {
    const { id, answer, world, thopter, auditLines } = await asking();
    const stale = new UserError("Cannot answer: it asks something else", { code: "conflict" });
    world.faults.set("answer", stale);
    const request = { thopter: id, hash: "h0", text: "Yes" };
    expect(await refusalOf(answer(ann, request, signal))).toMatch(/^conflict: .*something else/);
    world.faults.set("answer", new ProviderError("no answer", { kind: "transient" }));
    expect(await refusalOf(answer(ann, request, signal))).toBe("unavailable: no answer");
    expect((await thopter(id)).agentState?.question?.hash).toBe("h1");
    expect((await auditLines()).slice(-2)).toEqual([
      "person:ann answer failed",
      "person:ann answer failed",
    ]);
  });

  it("refuses nothing said, too much said, and a thopter that is not ready", async () => {
    const { id, answer, fleet, world } = await asking();
    const say = (text: string) => refusalOf(answer(ann, { thopter: id, hash: "h1", text }, signal));
    expect(await say(" \n")).toMatch(/^invalid: .*say something/);
    expect(await say("x".repeat(10_001))).toMatch(/^invalid: .*at most 10000/);
    world.held.add("remove");
    await fleet.destroy(ann, { thopters: [id], reason: "done" });
    await settle();
    expect(await say("Yes")).toMatch(/^conflict: Cannot answer .* it is destroying/);
    expect(world.answered).toEqual([]);
  });

  it("never shows a secret in a question", async () => {
    const leak = { text: `Push with ${secret}?`, choices: [`Use ${secret}`, "No"] };
    const { id, fleet, world } = await asking(leak);
    const { agentState } = await fleet.getThopter(ann, id);
    expect(JSON.stringify(agentState)).not.toContain(secret);
    expect(agentState?.question).toMatchObject({ hash: "h1", text: "Push with [redacted]?" });
    world.faults.set("tell", new UserError(`It asks "${leak.text}"`, { code: "conflict" }));
    const told = fleet.tell(ann, { thopter: id, text: "hi" }, signal);
    expect(await refusalOf(told)).toBe('conflict: It asks "Push with [redacted]?"');
  });
});
