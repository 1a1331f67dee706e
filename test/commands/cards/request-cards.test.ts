import { describe, expect, it } from "vitest";
import type { OperationView, ThopterView } from "../../../src/core/ports/fleet.ts";
import { callers, minute } from "../../fleet/rig.ts";
import { buttonsOf, startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const { ann } = callers;
const slackAnn = { ...ann, front: "slack" as const };

type Asked = { thopter: ThopterView; operation: OperationView };

async function provision(kit: CardsKit, place?: Parameters<CardsKit["ask"]>[1]): Promise<Asked> {
  const request = { task: "mend the gate", repository: "owner/gate" };
  const { thopter, operation } = await kit.rig.fleet.provision(slackAnn, request);
  await kit.cards.follow(kit.ask("ann", place), { operationIds: [operation.id] });
  await kit.idle();
  return { thopter, operation };
}

describe("the card of a provision", () => {
  it("is one message where it was asked for, edited until the thopter is gone", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("launch");
    const { thopter } = await provision(kit);
    await kit.clock.advance(5000);
    expect(kit.texts("general")).toEqual([expect.stringMatching(/is being provisioned: launch/)]);
    expect(buttonsOf(kit.shown("general")[0])).toEqual(["Cancel"]);
    kit.rig.world.release("launch");
    await kit.clock.advance(5000);
    expect(kit.texts("general")[0]).toMatch(/is ready/);
    expect(buttonsOf(kit.shown("general")[0])).toContain("Screen");
    await kit.rig.fleet.destroy(ann, { thopters: [thopter.id], reason: "done" });
    await kit.clock.advance(5000);
    expect(kit.texts("general")).toEqual([expect.stringMatching(/is gone/)]);
    expect(buttonsOf(kit.shown("general")[0])).toEqual([]);
    expect(kit.reports).toEqual([]);
  });

  it("says why it waits, and says it anew when it comes nearer", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("create");
    const first = await provision(kit);
    await provision(kit);
    await provision(kit);
    await kit.clock.advance(5000);
    expect(kit.texts("general")[2]).toMatch(/waits to be provisioned: .*1 operation .* ahead/);
    await kit.rig.fleet.cancelOperation(ann, { id: first.operation.id, reason: "no" });
    await kit.clock.advance(10_000);
    expect(kit.texts("general")[0]).toMatch(/canceled/);
    expect(kit.texts("general")[2]).not.toMatch(/ahead/);
  });

  it("says the words of a failure, and offers to retry", async () => {
    const kit = await startCardsKit();
    kit.rig.world.faults.set("create", new Error("the provider has no room"));
    await provision(kit);
    await kit.clock.advance(5000);
    expect(kit.texts("general")[0]).toMatch(/could not be provisioned/);
    expect(JSON.stringify(kit.shown("general")[0]?.blocks)).toContain("the provider has no room");
    expect(buttonsOf(kit.shown("general")[0])).toEqual(["Retry"]);
  });

  it("is posted once however often the request is delivered", async () => {
    const kit = await startCardsKit();
    const { operation } = await provision(kit);
    const ask = { operationIds: [operation.id] };
    await Promise.all([
      kit.cards.follow(kit.ask("ann"), ask),
      kit.cards.follow(kit.ask("ann"), ask),
    ]);
    await kit.clock.advance(5000);
    expect(kit.shown("general")).toHaveLength(1);
  });

  it("goes to the asker's direct messages where the app is no member, and says so to them alone", async () => {
    const kit = await startCardsKit();
    const channel = kit.slack.workspace.channel("random").id;
    const request = { task: "mend", repository: "owner/gate" };
    const { operation } = await kit.rig.fleet.provision(slackAnn, request);
    const ask = kit.ask("ann", { channel });
    await kit.cards.follow(ask, { operationIds: [operation.id] });
    await kit.clock.advance(5000);
    expect(kit.texts("@ann")).toEqual([expect.stringMatching(/is ready/)]);
    expect(ask.whispers.map(({ text }) => text)).toEqual([
      expect.stringMatching(/direct messages/),
    ]);
    expect(kit.reports).toEqual([]);
  });

  it("moves to direct messages when the app is removed from the channel", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("launch");
    await provision(kit);
    const { members } = kit.slack.workspace.channel("general");
    members.delete(kit.slack.workspace.app.botUser.id);
    kit.slack.faults.add({
      method: "chat.update",
      kind: "error",
      error: "not_in_channel",
      times: 1,
    });
    kit.rig.world.release("launch");
    await kit.clock.advance(10_000);
    expect(kit.texts("@ann")).toEqual([expect.stringMatching(/is ready/)]);
  });

  it("stays away when a person deletes it", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("launch");
    await provision(kit);
    await kit.clock.advance(minute);
    const before = kit.slack.calls("chat.update").length;
    kit.slack.faults.add({ method: "chat.update", kind: "error", error: "message_not_found" });
    kit.rig.world.release("launch");
    await kit.clock.advance(minute);
    expect(kit.slack.calls("chat.update").length).toBe(before + 1);
    expect(kit.slack.calls("chat.postMessage").length).toBe(1);
    expect(kit.reports).toEqual([]);
  });

  it("tells of the thread's thopter to whoever writes there", async () => {
    const kit = await startCardsKit();
    const { thopter } = await provision(kit);
    const { id } = kit.slack.workspace.channel("general");
    const ts = kit.shown("general")[0]?.ts ?? "";
    expect(await kit.cards.threadThopter(id, ts)).toBe(thopter.id);
    expect(await kit.cards.threadThopter(id, "1.1")).toBeUndefined();
    const again = await kit.restart();
    expect(await again.cards.threadThopter(id, ts)).toBe(thopter.id);
    await provision(again, { thread: ts });
    expect(await again.cards.threadThopter(id, ts)).toBeUndefined();
  });
});

describe("the finish of a provision", () => {
  it("is told in the card's thread, once, with what the agent has done", async () => {
    const kit = await startCardsKit();
    const { thopter } = await provision(kit);
    await kit.clock.advance(5000);
    const { machineId = "" } = await kit.rig.thopter(thopter.id);
    for (const status of ["working", "idle", "working", "done"] as const) {
      kit.rig.world.agentSays(machineId, status);
      await kit.clock.advance(5000);
    }
    const [card, finish, ...others] = kit.shown("general");
    expect(finish).toMatchObject({ threadTs: card?.ts });
    expect(finish?.text).toContain(`<@${kit.user("ann").userId}>`);
    expect(card?.text).toContain("asked by ann");
    expect(JSON.stringify(finish?.blocks)).toMatch(/1 commit.*owner\/gate.*|owner\/gate.*1 commit/);
    expect(JSON.stringify(finish?.blocks)).toContain("https://github.com/owner/gate/pulls");
    expect(others).toEqual([]);
    expect(kit.shown("@ann")).toEqual([]);
  });

  it("is told in direct messages as well when it took long", async () => {
    const kit = await startCardsKit();
    const { thopter } = await provision(kit);
    await kit.clock.advance(11 * minute);
    const { machineId = "" } = await kit.rig.thopter(thopter.id);
    kit.rig.world.agentSays(machineId, "idle", { since: kit.clock.now() });
    await kit.clock.advance(5000);
    expect(kit.shown("general")).toHaveLength(2);
    expect(kit.texts("@ann")).toEqual([expect.stringMatching(/is idle after 11 min/)]);
  });

  it("is told after a restart when the agent settled while the hub was away", async () => {
    const kit = await startCardsKit();
    const { thopter } = await provision(kit);
    await kit.clock.advance(5000);
    await kit.stop();
    kit.rig.world.agentSays((await kit.rig.thopter(thopter.id)).machineId ?? "", "idle");
    await kit.idle();
    const again = await kit.restart();
    await again.clock.advance(5000);
    expect(again.texts("general")).toEqual([expect.anything(), expect.stringMatching(/is idle/)]);
    const third = await again.restart();
    await third.clock.advance(minute);
    expect(third.shown("general")).toHaveLength(2);
  });
});

describe("the card of a bulk destroy", () => {
  it("offers to retry those that failed", async () => {
    const kit = await startCardsKit();
    const made = [await kit.rig.provision(ann), await kit.rig.provision(ann)];
    kit.rig.world.faults.set("remove", new Error("the provider <!here> is away"));
    const operationIds: string[] = [];
    for (const { id } of made) {
      const answer = await kit.rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
      if (answer.outcome === "accepted")
        operationIds.push(...answer.operations.map((one) => one.id));
    }
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.clock.advance(5000);
    expect(kit.texts("general")).toEqual([expect.stringMatching(/2 failed/)]);
    expect(buttonsOf(kit.shown("general")[0])).toEqual(made.map(({ name }) => `Retry ${name}`));
    expect(JSON.stringify(kit.shown("general")[0])).not.toContain("<!here>");
  });

  it("has a line for each thopter and counts them above", async () => {
    const kit = await startCardsKit();
    const made = await Promise.all([1, 2, 3].map(() => kit.rig.provision(ann)));
    await kit.idle();
    kit.rig.world.held.add("remove");
    const operationIds: string[] = [];
    for (const { id } of made) {
      const answer = await kit.rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
      if (answer.outcome === "accepted")
        operationIds.push(...answer.operations.map((one) => one.id));
    }
    await kit.cards.follow(kit.ask("ann"), { operationIds });
    await kit.clock.advance(5000);
    expect(kit.texts("general")).toEqual([
      expect.stringMatching(/Destroying 3 thopters\*: 3 running/),
    ]);
    const words = JSON.stringify(kit.shown("general")[0]?.blocks).replaceAll("\u2060", "");
    for (const { name } of made) expect(words).toContain(name);
    kit.rig.world.release("remove");
    await kit.clock.advance(5000);
    expect(kit.texts("general")).toEqual([
      expect.stringMatching(/Destroy of 3 thopters\*: 3 done/),
    ]);
    expect(kit.reports).toEqual([]);
  });
});
