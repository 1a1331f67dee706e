import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/core/ports/store.ts";
import { callers, minute } from "../../fleet/rig.ts";
import { buttonsOf, startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const { ann } = callers;
const slackAnn = { ...ann, front: "slack" as const };
const day = 24 * 60 * minute;

async function provision(kit: CardsKit) {
  const request = { task: "mend the gate", repository: "owner/gate" };
  const { thopter, operation } = await kit.rig.fleet.provision(slackAnn, request);
  await kit.idle();
  return { thopter, operationIds: [operation.id] };
}

/** A store on which nothing can be put after this many cards: the hub that uses it dies there. */
function dyingAfter(commits: number): (store: Store) => Store {
  let left = commits;
  return (store) => ({
    ...store,
    async commit(writes) {
      if (writes.some(({ kind }) => kind === "card")) left -= 1;
      if (left < 0) throw new Error("the hub has died");
      return store.commit(writes);
    },
  });
}

describe("a hub that dies", () => {
  it("between record and post posts the card when it is back", async () => {
    const kit = await startCardsKit({ hasHistory: true });
    const { operationIds } = await provision(kit);
    kit.slack.down();
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.stop();
    kit.slack.up();
    expect(kit.shown("general")).toEqual([]);
    const again = await kit.restart();
    await again.clock.advance(5000);
    expect(again.texts("general")).toEqual([expect.stringMatching(/is ready/)]);
  });

  it("between post and record finds its message again, and edits that", async () => {
    const kit = await startCardsKit({ hasHistory: true, wrapStore: dyingAfter(1) });
    kit.rig.world.held.add("launch");
    const { operationIds } = await provision(kit);
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    expect(kit.shown("general")).toHaveLength(1);
    kit.rig.world.release("launch");
    await kit.idle();
    await kit.stop();
    const again = await startCardsKit({
      hasHistory: true,
      slack: kit.slack,
      rig: { clock: kit.clock, store: kit.rig.store, world: kit.rig.world },
    });
    await again.clock.advance(10_000);
    expect(again.texts("general")).toEqual([expect.stringMatching(/is ready/)]);
  });

  it("between post and record posts again where it may not read: twice rather than never", async () => {
    const kit = await startCardsKit({ wrapStore: dyingAfter(1) });
    const { operationIds } = await provision(kit);
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.stop();
    const again = await startCardsKit({
      slack: kit.slack,
      rig: { clock: kit.clock, store: kit.rig.store, world: kit.rig.world },
    });
    await again.clock.advance(10_000);
    expect(again.texts("general").at(-1)).toMatch(/is ready/);
    expect(again.shown("general")).toHaveLength(2);
  });

  it("leaves no card behind the times", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("launch");
    const { operationIds } = await provision(kit);
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.clock.advance(5000);
    await kit.stop();
    kit.rig.world.release("launch");
    await kit.idle();
    const again = await kit.restart();
    await again.clock.advance(5000);
    expect(again.texts("general")).toEqual([expect.stringMatching(/is ready/)]);
    const edits = again.edits().length;
    const third = await again.restart();
    await third.clock.advance(minute);
    // What Slack shows already is not written again.
    expect(third.edits().length).toBe(edits);
  });
});

describe("what was never posted", () => {
  it("and is over is not posted any more", async () => {
    const kit = await startCardsKit();
    const { thopter } = await provision(kit);
    const { machineId = "" } = await kit.rig.thopter(thopter.id);
    kit.slack.down();
    const question = { text: "Go on?", hash: "h" };
    kit.rig.world.agentSays(machineId, "waiting", { question, since: kit.clock.now() });
    await kit.clock.advance(5000);
    kit.rig.world.agentSays(machineId, "working");
    await kit.clock.advance(5000);
    kit.slack.up();
    await kit.clock.advance(minute);
    expect(kit.shown("@ann")).toEqual([]);
    expect((await kit.rig.store.list("card")).map(({ doneAt }) => typeof doneAt)).toEqual([
      "number",
    ]);
  });
});

describe("an answer of Slack that is lost", () => {
  it("does not post a card twice where it can be found", async () => {
    const kit = await startCardsKit({ hasHistory: true });
    kit.slack.faults.add({ method: "chat.postMessage", kind: "reset", committed: true, times: 1 });
    const { operationIds } = await provision(kit);
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.clock.advance(minute);
    expect(kit.texts("general")).toEqual([expect.stringMatching(/is ready/)]);
  });

  it("leaves an edit to be made again", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("launch");
    const { operationIds } = await provision(kit);
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.clock.advance(5000);
    kit.slack.faults.add({ method: "chat.update", kind: "reset", times: 2 });
    kit.rig.world.release("launch");
    await kit.clock.advance(minute);
    expect(kit.texts("general")).toEqual([expect.stringMatching(/is ready/)]);
  });
});

describe("an outage of Slack", () => {
  it("of a minute slows no operation, and ends with exactly the newest state", async () => {
    const kit = await startCardsKit({ hasHistory: true });
    kit.rig.world.held.add("create");
    const asked = [await provision(kit), await provision(kit), await provision(kit)];
    for (const { operationIds } of asked) await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.clock.advance(10_000);
    kit.slack.down();
    kit.rig.world.release("create");
    await kit.clock.advance(minute);
    for (const { thopter } of asked) {
      expect((await kit.rig.thopter(thopter.id)).status).toBe("ready");
    }
    const late = await provision(kit);
    await kit.cards.follow(kit.ask("ann"), { operationIds: late.operationIds });
    await kit.rig.fleet.destroy(ann, { thopters: [asked[0]?.thopter.id ?? ""], reason: "x" });
    await kit.idle();
    expect(kit.texts("general").join()).not.toMatch(/is ready|is gone/);
    const before = kit.edits().length;
    kit.slack.up();
    await kit.clock.advance(minute + 10_000);
    expect(kit.texts("general")).toEqual([
      expect.stringMatching(/is gone/),
      ...[1, 2, 3].map((): unknown => expect.stringMatching(/is ready/)),
    ]);
    // One edit each: what was between is skipped.
    expect(kit.edits().length - before).toBe(3);
    expect(kit.reports).toHaveLength(1);
  });

  it("does not keep an approval from being decided, and every place says so afterwards", async () => {
    const kit = await startCardsKit();
    const made = [await kit.rig.provision(ann), await kit.rig.provision(ann)];
    const thopters = made.map(({ id }) => id);
    const answer = await kit.rig.fleet.destroy(slackAnn, { thopters, reason: "old" });
    if (answer.outcome !== "approval-needed") throw new Error("It was not asked");
    await kit.cards.showApproval(kit.ask("ann"), answer.approval.id);
    kit.slack.down();
    await kit.rig.fleet.decide(ann, { id: answer.approval.id, decision: "deny" });
    await kit.clock.advance(minute);
    expect(buttonsOf(kit.shown("general")[0])).toContain("Destroy");
    kit.slack.up();
    await kit.clock.advance(minute);
    expect(buttonsOf(kit.shown("general")[0])).toEqual([]);
    expect(kit.texts("general")[0]).toMatch(/Denied by/);
  });
});

describe("more cards than Slack takes at once", () => {
  it("are all posted, once each, when Slack takes them", async () => {
    const kit = await startCardsKit();
    const asked = [];
    for (let index = 0; index < 12; index += 1) asked.push(await provision(kit));
    await Promise.all(
      asked.map(({ operationIds }) => kit.cards.follow(kit.ask("ann"), { operationIds })),
    );
    expect(kit.shown("general").length).toBeLessThan(12);
    await kit.clock.advance(minute);
    expect(kit.shown("general")).toHaveLength(12);
    for (const text of kit.texts("general")) expect(text).toMatch(/is ready/);
  });
});

describe("sixty cards at once", () => {
  it("are all brought up to date within the budget, none left behind", async () => {
    const kit = await startCardsKit({ rig: { maxThopters: 100 } });
    const made = [];
    for (let index = 0; index < 60; index += 1) made.push(await kit.rig.provision(callers.ada));
    kit.rig.world.held.add("remove");
    const admin = { ...callers.ada, front: "slack" as const };
    for (const { id } of made.slice(0, 60)) {
      const answer = await kit.rig.fleet.destroy(admin, { thopters: [id], reason: "x" });
      if (answer.outcome !== "accepted") throw new Error("It was asked");
      const operationIds = answer.operations.map((one) => one.id);
      await kit.cards.follow(kit.ask("ada"), { operationIds });
      await kit.clock.advance(1000);
    }
    kit.rig.world.release("remove");
    await kit.clock.advance(5 * minute);
    const texts = kit.texts("general");
    expect(texts).toHaveLength(60);
    for (const text of texts) expect(text).toMatch(/1 done/);
    const times = kit.sent.filter(({ method }) => method === "chat.update").map(({ at }) => at);
    for (const from of times) {
      expect(times.filter((at) => at >= from && at < from + minute).length).toBeLessThanOrEqual(40);
    }
  });
});

describe("records of cards", () => {
  it("that are done are let go after thirty days, and those that are not are kept", async () => {
    const kit = await startCardsKit();
    const gone = await provision(kit);
    const kept = await provision(kit);
    for (const { operationIds } of [gone, kept]) {
      await kit.cards.follow(kit.ask("ann"), { operationIds });
    }
    await kit.rig.fleet.destroy(ann, { thopters: [gone.thopter.id], reason: "x" });
    await kit.clock.advance(29 * day);
    expect(await kit.rig.store.list("card")).toHaveLength(4);
    await kit.clock.advance(3 * day);
    const left = await kit.rig.store.list("card");
    expect(left.map(({ subject }) => subject)).toEqual([
      expect.objectContaining({ kind: "request", thopterId: kept.thopter.id }),
      { kind: "thread", thopterId: kept.thopter.id },
    ]);
  });
});
