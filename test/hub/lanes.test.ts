import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/core/operation.ts";
import type { Explanation } from "../../src/core/ports/engine.ts";
import type { HubEvents } from "./hub-events.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";

const fleet = 12;
const wanted = 4;
const destroySlots = 5;

/** Breaches of the lane rules, looked for in the records of all operations after every change. */
function watchRules(events: HubEvents): () => string[] {
  const breaches: string[] = [];
  const before = new Map<string, Operation>();
  const running = (lane: string): Operation[] =>
    [...events.operations.values()].filter((one) => one.lane === lane && one.status === "running");

  function startedProvision(operation: Operation): boolean {
    const earlier = before.get(operation.id);
    const isRunning = operation.lane === "provision" && operation.status === "running";
    return isRunning && earlier?.status !== "running";
  }

  function check(operation: Operation): void {
    if (running("destroy").length > destroySlots) breaches.push("too many destroys run");
    if (running("provision").length > 1) breaches.push("too many provisions run");
    if (running("setup").length > 5) breaches.push("too many setups run");
    const openDestroys = [...events.operations.values()].filter(
      ({ lane, status }) => lane === "destroy" && (status === "running" || status === "queued"),
    );
    if (startedProvision(operation) && openDestroys.length > 0) {
      breaches.push(`${operation.thopterName} started before ${openDestroys.length} destroys`);
    }
    const held = [...events.thopters.values()].filter(
      ({ status }) => status !== "requested" && status !== "gone",
    );
    if (held.length > fleet) breaches.push(`${held.length} thopters were there`);
  }

  events.onChange((write) => {
    if (write.kind !== "operation") return;
    check(write.record);
    before.set(write.record.id, write.record);
  });
  return () => breaches;
}

/** The id of the operation that destroys a thopter, which nobody has to approve. */
async function askToDestroy(hub: TestHub, name: string): Promise<string> {
  const asked = await hub.person.call("destroy", { thopters: [name], reason: "mixed" });
  if (asked.outcome !== "accepted") throw new Error(asked.approval.why);
  return asked.operations[0]?.id ?? "";
}

async function explainAll(hub: TestHub, ids: readonly string[]): Promise<Explanation[]> {
  return Promise.all(ids.map((id) => hub.person.call("explain", { id })));
}

function words(explanations: readonly Explanation[]): string[] {
  return explanations
    .filter(({ operation }) => operation.status === "queued")
    .map((one) => one.words);
}

describe("a hub with more to do than it may do at once", () => {
  it("keeps every lane rule, and says truly why each waits", { timeout: 150_000 }, async () => {
    const agent = "exec sleep 100000";
    const limits = { MAX_THOPTERS: String(fleet), THOPTER_AGENT_COMMAND: agent };
    const hub = await startHub({
      env: { ...limits, MAX_CONCURRENT_PROVISIONS: "4", PROVISION_MAX_WAIT: "1h" },
    });
    const names = Array.from({ length: fleet }, (_, index) => `owl-${String(index)}`);
    const made = await Promise.all(names.map((name) => hub.provision({ name })));
    const madeIds = made.map(({ operation }) => operation.id);
    for (const operation of await hub.finished(...madeIds)) {
      expect(operation.status, operation.error?.message).toBe("succeeded");
    }
    // One provision at a time from here on.
    expect(await hub.stop()).toBe(0);
    await hub.start({ MAX_CONCURRENT_PROVISIONS: "1" });
    const { person } = hub;
    const events = await hub.events();
    const breaches = watchRules(events);
    await person.call("pause", { scope: "all" });

    const provisions: string[] = [];
    const destroys: string[] = [];
    for (let turn = 0; turn < wanted; turn += 1) {
      const share = names.slice(turn * 3, turn * 3 + 3);
      const [provision, ...gone] = await Promise.all([
        hub.provision(),
        ...share.map((name) => askToDestroy(hub, name)),
      ]);
      provisions.push(provision.operation.id);
      destroys.push(...gone);
    }
    expect(destroys).toHaveLength(fleet);
    for (const text of words(await explainAll(hub, destroys))) {
      expect(text).toContain("the destroy pool is paused");
    }
    for (const text of words(await explainAll(hub, provisions))) {
      expect(text).toContain("the provision lane is paused");
    }

    await person.call("resume", { scope: "provision" });
    const full = words(await explainAll(hub, provisions));
    expect(full).toHaveLength(wanted);
    for (const text of full) expect(text).toContain(`the fleet is full: ${fleet} of ${fleet}`);
    expect(full[3]).toContain("3 operations of the provision lane are ahead");

    await person.call("resume", { scope: "all" });
    const [first, rest] = [provisions.slice(0, 1), destroys.slice(destroySlots)];
    const [blocked, pooled] = [await explainAll(hub, first), await explainAll(hub, rest)];
    expect(words(blocked)[0]).toMatch(/destroys go first: [1-5] running, \d+ ready/);
    expect(words(pooled).length).toBeGreaterThan(0);
    for (const text of words(pooled)) expect(text).toContain("the destroy pool runs 5 of 5");

    const finished = await hub.finished(...destroys);
    expect(finished.map(({ status }) => status)).toEqual(destroys.map(() => "succeeded"));
    const after = await hub.finished(...provisions);
    expect(after.map(({ status }) => status)).toEqual(provisions.map(() => "succeeded"));
    expect(breaches()).toEqual([]);
    const inOrder = after.map(({ startedAt = 0 }) => startedAt);
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    await hub.end();
  });

  it("lets a provision through when destroys have held the lane long enough", async () => {
    const env = { PROVISION_MAX_WAIT: "300ms", MAX_CONCURRENT_DESTROYS: "1" };
    const agent = { THOPTER_AGENT_COMMAND: "exec sleep 100000" };
    const hub = await startHub({ env: { ...env, ...agent, MAX_CONCURRENT_PROVISIONS: "3" } });
    const names = ["amber-owl", "jade-owl", "sage-owl", "umber-owl"];
    await Promise.all(names.map((name) => hub.ready({ name })));
    await hub.person.call("pause", { scope: "all" });
    const destroys = await Promise.all(names.map((name) => askToDestroy(hub, name)));
    const { operation } = await hub.provision();
    await hub.person.call("resume", { scope: "all" });
    const [provision, ...gone] = await hub.finished(operation.id, ...destroys);
    expect(provision?.status).toBe("succeeded");
    const last = Math.max(...gone.map(({ finishedAt = 0 }) => finishedAt));
    expect(provision?.startedAt).toBeLessThan(last);
    await hub.end();
  }, 60_000);
});
