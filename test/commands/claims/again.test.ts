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
    carried.start();
    await clock.advance(23 * hour);
    expect(await carried.find(request)).toBe("done");
    expect(await carried.find({ ...request, userId: "U2" })).toBe("never");
    await clock.advance(8 * hour);
    expect(await carried.find(request)).toBe("never");
    expect(await store.get("setting", "slack-repository:C1")).toBeDefined();
    carried.stop();
  });
});
