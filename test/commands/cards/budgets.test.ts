import { describe, expect, it } from "vitest";
import { callers, minute } from "../../fleet/rig.ts";
import { startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const slackAnn = { ...callers.ann, front: "slack" as const };

async function provision(kit: CardsKit): Promise<{ operationIds: string[] }> {
  const request = { task: "mend the gate", repository: "owner/gate" };
  const { operation } = await kit.rig.fleet.provision(slackAnn, request);
  await kit.idle();
  return { operationIds: [operation.id] };
}

const refused = (kit: CardsKit) =>
  kit.slack.calls().filter(({ answer }) => answer["error"] === "ratelimited");

describe("fifty first posts in one channel", () => {
  it("come a second apart, and keep no other message from being brought up to date", async () => {
    const kit = await startCardsKit({ rig: { maxThopters: 1 } });
    kit.rig.world.held.add("launch");
    const first = await provision(kit);
    const { id } = kit.slack.workspace.channel("fleet");
    await kit.cards.follow(kit.ask("ann", { channel: id }), first);
    await kit.clock.advance(5000);
    expect(kit.texts("fleet")).toEqual([expect.stringMatching(/is being provisioned/)]);
    for (let count = 0; count < 50; count += 1) {
      await kit.cards.follow(kit.ask("ann"), await provision(kit));
    }
    kit.rig.world.release("launch");
    await kit.clock.advance(5000);
    expect(kit.shown("general").length).toBeLessThan(20);
    expect(kit.texts("fleet")).toEqual([expect.stringMatching(/is ready/)]);
    await kit.clock.advance(minute);
    expect(kit.shown("general")).toHaveLength(50);
    expect(refused(kit)).toEqual([]);
  });

  it("go before what is only brought up to date, after a restart too", async () => {
    const kit = await startCardsKit({ rig: { maxThopters: 1 } });
    kit.rig.world.held.add("launch");
    for (let count = 0; count < 5; count += 1) {
      await kit.cards.follow(kit.ask("ann"), await provision(kit));
      await kit.clock.advance(2000);
    }
    kit.slack.down();
    const { id } = kit.slack.workspace.channel("fleet");
    await kit.cards.follow(kit.ask("ann", { channel: id }), await provision(kit));
    kit.rig.world.release("launch");
    await kit.clock.advance(5000);
    const before = kit.sent.length;
    kit.slack.up();
    await kit.clock.advance(minute);
    const writes = kit.sent.slice(before).filter(({ method }) => method.startsWith("chat."));
    const taken = writes.findIndex(({ method }) => method === "chat.postMessage");
    expect(taken).toBeLessThan(2);
    expect(kit.shown("fleet")).toHaveLength(1);
    expect(refused(kit)).toEqual([]);
  });
});

describe("a refusal of Slack for too many posts in one channel", () => {
  it("holds back that channel, and neither edits nor other channels", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("launch");
    const { id } = kit.slack.workspace.channel("fleet");
    const first = await provision(kit);
    await kit.cards.follow(kit.ask("ann", { channel: id }), first);
    await kit.clock.advance(5000);
    kit.slack.faults.add({
      ...{ method: "chat.postMessage", kind: "rate", retryAfterSeconds: 30, times: 1 },
    });
    await kit.cards.follow(kit.ask("ann"), await provision(kit));
    await kit.cards.follow(kit.ask("ann", { channel: undefined }), await provision(kit));
    kit.rig.world.release("launch");
    await kit.clock.advance(5000);
    expect(kit.texts("fleet")).toEqual([expect.stringMatching(/is ready/)]);
    expect(kit.shown("@ann")).toHaveLength(1);
    expect(kit.shown("general")).toEqual([]);
    await kit.clock.advance(minute);
    expect(kit.shown("general")).toHaveLength(1);
  });
});
