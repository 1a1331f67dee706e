import { describe, expect, it } from "vitest";
import { createCarried } from "../../../commands/routing/carried.ts";
import { createManualClock } from "../../manual-clock.ts";
import { startRig } from "../../fleet/rig.ts";
import { startSlackKit } from "../slack-kit.ts";
import { eventually, posted, provisioned, whispered } from "./scene.ts";

const hour = 60 * 60_000;

describe("a request that broke off when its hub died", () => {
  it("is not carried out twice where that would do harm: its asker is told to look", async () => {
    const kit = await startSlackKit();
    await provisioned(kit, "developer", ["amber-falcon"]);
    const card = await posted(kit, /is ready/);
    // What a hub leaves that is killed right after it began to tell an agent something.
    const carried = createCarried({ ...kit.rig, report: () => "ref" });
    const userId = kit.slack.workspace.user("developer").id;
    const sent = await kit.as("developer").mention("general", "one", { threadTs: card.ts });
    await eventually(kit, () => (kit.rig.world.told.length === 1 ? true : undefined));
    const key = `slack:${sent.message.channel}:${sent.message.ts}`;
    await eventually(kit, async () =>
      (await carried.find({ userId, key })) === "done" ? true : undefined,
    );
    await kit.rig.store.purge("setting", [`slack-carried:${userId}|${key}`]);
    await carried.begin({ userId, key });
    const again = await kit.restart();
    const { request } = kit.slack.deliveries().findLast(({ kind }) => kind === "events_api") ?? {};
    if (request === undefined) throw new Error("Nothing was sent");
    const url = kit.slack.deliveries().at(-1)?.request?.url ?? "";
    await again.as("developer").command("/thopter", "help");
    const now = kit.slack.deliveries().at(-1)?.request?.url ?? url;
    await kit.slack.raw({ ...request, url: now });
    await whispered(again, "developer", /was restarted while it did this/);
    expect(kit.rig.world.told).toHaveLength(1);
    expect(await carried.find({ userId, key })).toBe("done");
  });
});

describe("a request that a hub had taken when it died", () => {
  it("is not left without an answer: the next hub tells its asker, once", async () => {
    const kit = await startSlackKit();
    const { id: userId } = kit.slack.workspace.user("developer");
    const { id: channel } = kit.slack.workspace.channel("general");
    const left = { userId, key: "slack:left", channel, thread: undefined };
    const noted = createCarried({ ...kit.rig, report: () => "ref" });
    await noted.arrive(left);
    await noted.finish({ userId, key: "slack:done" });
    await kit.rig.clock.advance(1000);
    const again = await kit.restart();
    await whispered(again, "developer", /was restarted while it did this/);
    expect(await noted.arrive(left)).toBe("done");
    const last = await again.restart();
    await last.as("developer").command("/thopter", "help");
    await whispered(last, "developer", /first steps|help/i);
    const told = last.slack
      .ephemerals("developer", "general")
      .filter(({ text }) => text.includes("was restarted"));
    expect(told).toHaveLength(1);
  });

  it("is no request that this hub is at", async () => {
    const { store, clock } = await startRig({ clock: createManualClock() });
    const carried = createCarried({ store, clock, report: () => "ref" });
    await carried.arrive({ userId: "U1", key: "slack:1", channel: "C1", thread: undefined });
    const told: string[] = [];
    carried.start(async ({ userId }) => void told.push(userId));
    await clock.advance(1000);
    expect(told).toEqual([]);
    expect(await carried.find({ userId: "U1", key: "slack:1" })).toBe("came");
    carried.stop();
  });
});

describe("notes of what was carried out", () => {
  it("outlast every delivery, and go after a day", async () => {
    const clock = createManualClock();
    const { store } = await startRig({ clock });
    const carried = createCarried({ store, clock, report: () => "ref" });
    const request = { userId: "U1", key: "slack:1", triggerId: "x".repeat(400) };
    await carried.finish(request);
    await carried.finish(request);
    await store.commit([
      { kind: "setting", record: { id: "slack-repository:C1", version: 1, value: "owner/gate" } },
    ]);
    carried.start(async () => undefined);
    await clock.advance(23 * hour);
    expect(await carried.find(request)).toBe("done");
    expect(await carried.find({ ...request, userId: "U2" })).toBe("never");
    await clock.advance(8 * hour);
    expect(await carried.find(request)).toBe("never");
    expect(await store.get("setting", "slack-repository:C1")).toBeDefined();
    carried.stop();
  });
});
