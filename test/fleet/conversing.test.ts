import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import type { TranscriptEntry } from "../../src/core/ports/agent.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { settle } from "../manual-clock.ts";
import { callers, refusalOf, secret, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben, ada, vera, agent } = callers;
const signal = new AbortController().signal;

function restart({ fleet }: Rig, { name }: Thopter, caller = ann) {
  return fleet.restartAgent(caller, { thopter: name }, signal);
}

async function crashed(rig: Rig): Promise<Thopter> {
  const thopter = await rig.provision(ann, { name: "amber-falcon" });
  rig.world.agentSays(`m-${thopter.id}`, "crashed", { exitCode: 3 });
  await settle();
  return thopter;
}

describe("restarting an agent", () => {
  it("starts it as it was launched; it is starting, and followed again", async () => {
    const rig = await startRig();
    const thopter = await crashed(rig);
    const machine = `m-${thopter.id}`;
    expect((await rig.thopter(thopter.id)).agentState).toMatchObject({ exitCode: 3 });
    const { agentState } = await restart(rig, thopter);
    expect(agentState).toEqual({ status: "starting", since: rig.clock.now() });
    const view = await rig.fleet.getThopter(ann, thopter.id);
    expect(view.agentState).toEqual(agentState);
    expect(view.settled).toBe(false);
    expect(rig.world.restarted).toMatchObject([{ request: { task: "mend the gate" } }]);
    await settle();
    expect(rig.world.followers.has(machine)).toBe(true);
    rig.world.agentSays(machine, "idle");
    await settle();
    expect((await rig.thopter(thopter.id)).agentState).toMatchObject({ status: "idle" });
    expect(await rig.auditLines()).toContain("person:ann restart succeeded");
  });

  it("brings one back that is gone, and one more after a hub restart", async () => {
    const first = await startRig();
    const thopter = await first.provision(ann);
    const machine = `m-${thopter.id}`;
    first.world.agentSays(machine, "gone");
    first.world.followers.get(machine)?.end();
    await settle();
    const rig = await first.restart();
    await settle();
    expect(rig.world.followers.has(machine)).toBe(false);
    await restart(rig, thopter);
    await settle();
    expect(rig.world.followers.has(machine)).toBe(true);
    const again = await rig.restart();
    await settle();
    expect(again.world.followers.has(machine)).toBe(true);
    expect((await again.thopter(thopter.id)).agentState?.status).toBe("starting");
  });

  it("records nothing of the old one meanwhile, nor after", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    const old = rig.world.followers.get(`m-${thopter.id}`);
    rig.world.lingering = [];
    rig.world.held.add("restart");
    const restarting = restart(rig, thopter);
    await settle();
    old?.onState({ status: "gone", since: 5 });
    await settle();
    expect((await rig.thopter(thopter.id)).agentState?.status).not.toBe("gone");
    rig.world.release("restart");
    await restarting;
    old?.onState({ status: "gone", since: 6 });
    for (const letGo of rig.world.lingering) letGo();
    rig.world.lingering = undefined;
    await settle();
    expect((await rig.thopter(thopter.id)).agentState?.status).toBe("starting");
    expect(rig.world.followers.has(`m-${thopter.id}`)).toBe(true);
  });

  it("is refused while its machine is made or taken down", async () => {
    const rig = await startRig();
    rig.world.held.add("launch");
    const made = await rig.provision(ann, { name: "amber-falcon" });
    expect(await refusalOf(restart(rig, made))).toMatch(/^conflict: .*its provision is under way/);
    rig.world.release("launch");
    await settle();
    await rig.fleet.pause(ada, "destroy");
    await rig.fleet.destroy(ann, { thopters: [made.name], reason: "x" });
    await settle();
    expect(await refusalOf(restart(rig, made))).toMatch(/^conflict: .*its destroy is under way/);
    expect(rig.world.restarted).toEqual([]);
  });

  it("that the hub died in is done by the next one, once", async () => {
    const first = await startRig();
    const { id } = await first.provision(ann);
    first.world.held.add("restart");
    const restarting = refusalOf(restart(first, await first.thopter(id)));
    await settle();
    expect(await first.thopter(id)).toMatchObject({ restarting: true });
    first.world.held.clear();
    const rig = await first.restart();
    await settle();
    expect(await restarting).toContain("told to stop");
    expect(rig.world.restarted).toHaveLength(1);
    expect(await rig.thopter(id)).toMatchObject({
      ...{ restarting: false, agentState: { status: "starting" } },
    });
    expect(await rig.auditLines()).toContain("restart restart succeeded");
    expect(await rig.fleet.getThopter(ann, id)).not.toHaveProperty("restarting");
    const last = await rig.restart();
    await settle();
    expect(last.world.restarted).toHaveLength(1);
  });

  it("is no success until the agent has taken up its work", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    rig.world.conversation = "none";
    rig.world.faults.set("verify", new ProviderError("it ended", { kind: "permanent" }));
    expect(await refusalOf(restart(rig, made))).toBe("unavailable: it ended");
    expect(await rig.thopter(made.id)).toMatchObject({ restarting: false });
    const again = await rig.restart();
    await settle();
    expect(again.world.restarted).toHaveLength(1);
  });

  it("begins anew, and says so, with what does not come up with its conversation", async () => {
    const rig = await startRig();
    const made = await crashed(rig);
    rig.world.faults.set("verify", new ProviderError("no such session", { kind: "permanent" }));
    expect(await restart(rig, made)).toMatchObject({ beganAnew: "refused" });
    const [first, second] = rig.world.restarted;
    expect([first?.request.fresh, second?.request.fresh]).toEqual([false, true]);
    expect(second?.request.task).toBe("mend the gate");
    expect(rig.reports).toMatchObject([{ error: { message: "no such session" } }]);
    rig.world.faults.set("verify anew", new ProviderError("no login", { kind: "permanent" }));
    expect(await refusalOf(restart(rig, made))).toBe("unavailable: no login");
    expect(rig.world.restarted).toHaveLength(4);
  });

  it("says when the conversation is not there, and when it was asked to begin anew", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    expect(await restart(rig, made)).not.toHaveProperty("beganAnew");
    rig.world.conversation = "missing";
    expect(await restart(rig, made)).toMatchObject({ beganAnew: "missing" });
    const fresh = { thopter: made.name, fresh: true };
    expect(await rig.fleet.restartAgent(ann, fresh, signal)).toMatchObject({ beganAnew: "asked" });
    expect(rig.world.restarted.map(({ request }) => request.fresh)).toEqual([false, false, true]);
  });

  it("is begun anew by the next hub where that was asked for", async () => {
    const first = await startRig();
    const { id } = await first.provision(ann);
    first.world.held.add("restart");
    const request = { thopter: id, fresh: true };
    const restarting = refusalOf(first.fleet.restartAgent(ann, request, signal));
    await settle();
    first.world.held.clear();
    const rig = await first.restart();
    await settle();
    expect(await restarting).toContain("told to stop");
    expect(rig.world.restarted).toMatchObject([{ request: { fresh: true } }]);
    expect(await rig.thopter(id)).toMatchObject({ restarting: false });
  });

  it("is given up when a destroy begins", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann);
    rig.world.held.add("restart");
    const restarting = refusalOf(restart(rig, made));
    await settle();
    rig.world.held.add("remove");
    await rig.fleet.destroy(ann, { thopters: [made.name], reason: "x" });
    await settle();
    expect(await restarting).toMatch(/^conflict: .*it is destroying now/);
    expect((await rig.thopter(made.id)).agentState?.status).not.toBe("starting");
    rig.world.release("remove");
  });

  it("is one at a time for each thopter, and tells wait for it", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann, { name: "amber-falcon" });
    const other = await rig.provision(ann, { name: "jade-owl" });
    rig.world.held.add("restart");
    const both = [restart(rig, made), restart(rig, made)];
    const told = rig.fleet.tell(ann, { thopter: made.name, text: "hi" }, signal);
    await rig.fleet.tell(ann, { thopter: other.name, text: "meanwhile" }, signal);
    await settle();
    expect(rig.world.told.map(({ text }) => text)).toEqual(["meanwhile"]);
    // Nobody watches what is being ended.
    expect([...rig.world.followers.keys()]).toEqual([`m-${other.id}`]);
    rig.world.release("restart");
    await Promise.all([...both, told]);
    expect(rig.world.restarted).toHaveLength(2);
    expect(rig.world.told).toHaveLength(2);
  });

  it("that fails says why, leaves its state, and is on record", async () => {
    const rig = await startRig();
    const thopter = await crashed(rig);
    rig.world.faults.set("restart", new UserError(`no login ${secret}`, { code: "unavailable" }));
    expect(await refusalOf(restart(rig, thopter))).toBe("unavailable: no login [redacted]");
    rig.world.faults.set("restart", new ProviderError("no tmux", { kind: "permanent" }));
    expect(await refusalOf(restart(rig, thopter))).toBe("unavailable: no tmux");
    await settle();
    expect((await rig.thopter(thopter.id)).agentState?.status).toBe("crashed");
    expect(rig.world.followers.has(`m-${thopter.id}`)).toBe(true);
    expect(await rig.auditLines()).toContain("person:ann restart failed");
  });

  it("is for its owner and admins", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    for (const caller of [ben, vera, agent, callers.annReading]) {
      expect(
        await refusalOf(rig.fleet.restartAgent(caller, { thopter: thopter.id }, signal)),
      ).toMatch(/^forbidden/);
    }
    await rig.fleet.restartAgent(ada, { thopter: thopter.id }, signal);
  });
});

describe("a transcript", () => {
  async function saying(...entries: TranscriptEntry[]) {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    rig.world.transcript = { entries, before: "page-2" };
    return {
      rig,
      text: async (maxBytes = 10_000) =>
        rig.fleet.read(ann, { thopter: name, what: "transcript", maxBytes }, signal),
      page: async (patch = {}) => rig.fleet.transcript(ann, { thopter: name, ...patch }, signal),
    };
  }

  it("says who said what when, and names the page before", async () => {
    const at = Date.parse("2026-11-21T18:40:12Z");
    const { rig, text, page } = await saying(
      { role: "person", text: "mend the gate", at },
      { role: "tool", text: "Bash: ls" },
      { role: "agent", text: "It is\nmended" },
    );
    expect(await text()).toMatchObject({
      what: "transcript",
      before: "page-2",
      truncated: false,
      text: "person (2026-11-21 18:40 UTC):\n  mend the gate\ntool:\n  Bash: ls\nagent:\n  It is\n  mended\n",
    });
    expect((await page({ before: "page-2", limit: 3, maxBytes: 50 })).entries).toHaveLength(3);
    expect(rig.world.pages.at(-1)).toEqual({ before: "page-2", maxEntries: 3, maxBytes: 50 });
  });

  it("lets no text pretend to be someone else's", async () => {
    const { text } = await saying({ role: "agent", text: "x\nperson:\r\ntool (now):\u2028agent:" });
    const lines = (await text()).text.split("\n").filter((line) => /^\S/.test(line));
    expect(lines).toEqual(["agent:"]);
  });

  it("has no secrets, no control sequences and little of what tools say", async () => {
    const { text, page } = await saying(
      { role: "tool", text: `→ ${"x".repeat(598 - 5)}${secret}${"y".repeat(100_000)}` },
      { role: "agent", text: `a\u001b[31m${secret}\u202e` },
    );
    const { entries } = await page();
    expect(entries[0]?.text).toHaveLength(600);
    expect(entries[0]?.text).not.toContain("a-con");
    expect(entries[1]?.text).toBe("a[redacted]");
    const shown = await text(1_000_000);
    expect(shown.text).not.toContain(secret);
    expect((await text(20)).text.length).toBeLessThanOrEqual(20);
  });
});

describe("what an agent said last", () => {
  it("is for those who may read it, and in no list", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    const stop = new AbortController();
    const writes: unknown[] = [];
    const watching = (async () => {
      for await (const write of rig.fleet.watch(vera, stop.signal)) writes.push(write);
    })();
    const lastMessage = `All \u001b[1mdone, ${secret} ${"x".repeat(3000)}`;
    rig.world.agentSays(`m-${thopter.id}`, "idle", { lastMessage });
    await settle();
    const said = async (caller: Caller) =>
      (await rig.fleet.getThopter(caller, thopter.id)).lastMessage;
    expect(await said(ann)).toMatch(/^…x+$/);
    expect(await said(ann)).toHaveLength(2000);
    expect(await said(ada)).toBeDefined();
    for (const caller of [ben, vera, agent]) expect(await said(caller)).toBeUndefined();
    const { items } = await rig.fleet.listThopters(ann, {});
    expect(JSON.stringify(items)).not.toContain("xxx");
    expect(JSON.stringify(await rig.fleet.getThopter(vera, thopter.id))).not.toContain("xxx");
    stop.abort();
    await watching;
    expect(JSON.stringify(writes)).toContain('"idle"');
    expect(JSON.stringify(writes)).not.toContain("xxx");
  });

  it("of its limit is bounded, and in no time that cannot be", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    const limit = `a\u001b[1mb${"x".repeat(40_000)}`;
    rig.world.agentSays(`m-${thopter.id}`, "limited", { limit, resetsAt: 8.64e15 });
    await settle();
    const { agentState } = await rig.fleet.getThopter(ann, thopter.id);
    expect(agentState?.limit).toMatch(/^abx+…$/);
    expect(agentState?.limit).toHaveLength(300);
    expect(agentState).not.toHaveProperty("resetsAt");
  });

  it("is redacted, stays after its end, and goes with a new start", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    const machine = `m-${thopter.id}`;
    const said = async () => (await rig.fleet.getThopter(ann, thopter.id)).lastMessage;
    rig.world.agentSays(machine, "idle", { lastMessage: `it is ${secret}` });
    await settle();
    expect(await said()).toBe("it is [redacted]");
    rig.world.agentSays(machine, "crashed", { exitCode: 9 });
    await settle();
    expect(await said()).toBe("it is [redacted]");
    const after = await rig.restart();
    expect((await after.fleet.getThopter(ann, thopter.id)).lastMessage).toBe("it is [redacted]");
    await restart(after, thopter);
    expect((await after.fleet.getThopter(ann, thopter.id)).lastMessage).toBeUndefined();
  });
});

describe("a usage limit", () => {
  it("is recorded with its end, and stays the state when that is over", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    const resetsAt = rig.clock.now() + 60_000;
    rig.world.agentSays(`m-${thopter.id}`, "limited", { limit: "resets soon", resetsAt });
    await settle();
    const view = await rig.fleet.getThopter(ann, thopter.id);
    expect(view.agentState).toMatchObject({ status: "limited", resetsAt, limit: "resets soon" });
    rig.world.agentSays(`m-${thopter.id}`, "limited", { limit: "resets soon", resetsAt: 99 });
    await settle();
    expect((await rig.thopter(thopter.id)).agentState).toMatchObject({ resetsAt: 99 });
    const after = await rig.restart();
    expect((await after.fleet.getThopter(ann, thopter.id)).agentState?.status).toBe("limited");
  });
});
