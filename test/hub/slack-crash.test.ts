import { describe, expect, it } from "vitest";
import { startSlackHub } from "./slack-hub.ts";
import type { SlackHub } from "./slack-hub.ts";

const patience = { timeout: 30_000, interval: 50 };
const dying = new URL("fixtures/die-at-submit.mjs", import.meta.url).href;

/** Starts the hub anew so that it is killed right after the commit of the next request, or before. */
async function startDoomed({ hub, slack }: SlackHub, when?: "before"): Promise<void> {
  expect(await hub.stop()).toBe(0);
  await hub.start({ NODE_OPTIONS: `--import=${dying}${when === undefined ? "" : `?${when}`}` });
  slack.deliverTo(`${hub.url}/slack/events`);
}

async function died({ hub }: SlackHub): Promise<void> {
  const isAlive = (): boolean => {
    try {
      return process.kill(hub.pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isAlive, patience).toBe(false);
  await hub.kill();
}

/** Sends everything that ever came to a hub of this test once more, as it was. */
async function deliverAgain({ hub, slack }: SlackHub): Promise<number> {
  const requests = slack.deliveries().flatMap(({ request }) => request ?? []);
  for (const request of requests) {
    const answer = await slack.raw({ ...request, url: `${hub.url}/slack/events` });
    expect(answer.status).toBe(200);
  }
  return requests.length;
}

const cards = ({ slack }: SlackHub) =>
  slack.messages("general").filter(({ isFromApp }) => isFromApp);

async function heard({ hub }: SlackHub, thopter: string): Promise<string[]> {
  const { text } = await hub.person.call("read", { thopter, what: "transcript" });
  return text.match(/Heard\[\w+\]/g) ?? [];
}

describe("a hub that is killed between a request and its card", { timeout: 120_000 }, () => {
  it("leaves the card of a provision to the next hub, which takes the request for carried out", async () => {
    const world = await startSlackHub("HTTP");
    const { slack, hub } = world;
    await world.claim("lead");
    await startDoomed(world);
    const words = `provision Listen to me --repo ${hub.repository} --name amber-falcon`;
    await slack.as("lead").command("/thopter", words);
    await died(world);
    expect(cards(world)).toEqual([]);
    await world.start();
    await world.message("general", /\*amber-falcon\* is ready/);
    await deliverAgain(world);
    await slack.as("lead").command("/thopter", "status amber-falcon");
    await world.whisper("lead", /amber-falcon/);
    const { items } = await hub.person.call("listOperations", {});
    expect(items).toHaveLength(1);
    expect(cards(world)).toHaveLength(1);
    await world.end();
  });

  it("has its next one tell whoever asked, where the request was not accepted yet", async () => {
    const world = await startSlackHub("HTTP");
    const { slack, hub } = world;
    await world.claim("lead");
    await startDoomed(world, "before");
    await slack.as("lead").command("/thopter", `provision Listen to me --repo ${hub.repository}`);
    await died(world);
    await world.start();
    await world.whisper("lead", /restarted while it did this.*ask again/);
    const { items } = await hub.person.call("listOperations", {});
    expect(items).toEqual([]);
    await world.end();
  });

  it("leaves the card of a destroy to the next hub", async () => {
    const world = await startSlackHub("HTTP");
    const { slack, hub } = world;
    await world.claim("lead");
    // The hub's own person is another one than the lead was before the claim.
    await hub.ready({ name: "amber-falcon" });
    await slack.as("lead").command("/thopter", "destroy amber-falcon");
    await world.whisper("lead", /Destroy/);
    await startDoomed(world);
    const preview = await world.whisper("lead", /Destroy/);
    await slack.as("lead").click(preview, "th:destroy-now");
    await died(world);
    await world.start();
    await world.message("general", /Destroy of amber-falcon\*: 1 done/);
    expect(cards(world)).toHaveLength(1);
    await world.end();
  });
});

describe(
  "what Slack delivers again to a hub that was killed meanwhile",
  { timeout: 120_000 },
  () => {
    it("is done once: commands, presses, forms and mentions", async () => {
      const world = await startSlackHub("HTTP");
      const { slack, hub } = world;
      const lead = slack.as("lead");
      await world.claim("lead");
      await lead.command(
        "/thopter",
        `provision Listen to me --repo ${hub.repository} --name amber-falcon`,
      );
      const card = await world.message("general", /\*amber-falcon\* is ready/);
      await lead.mention("general", "one", { threadTs: card.ts });
      await expect.poll(() => heard(world, "amber-falcon"), patience).toEqual(["Heard[one]"]);
      await world.whisper("lead", /Told/);
      await lead.click(card, "th:tell");
      const form = await world.form("lead", /amber-falcon/);
      await lead.submit(form, { text: "two" });
      const twice = ["Heard[one]", "Heard[two]"];
      await expect.poll(() => heard(world, "amber-falcon"), patience).toEqual(twice);
      await lead.command("/thopter", "pause provision");
      await world.whisper("lead", /Paused/);
      await lead.command("/thopter", "resume provision");
      await world.whisper("lead", /Nothing is paused/);
      const whispers = slack.ephemerals("lead", "general").length;
      const before = await hub.person.call("listOperations", {});
      await hub.kill();
      await world.start();
      expect(await deliverAgain(world)).toBeGreaterThan(6);
      await lead.command("/thopter", "help");
      // What came before it has been looked at by then.
      await expect
        .poll(() => slack.ephemerals("lead", "general").length, patience)
        .toBeGreaterThan(whispers);
      expect(slack.ephemerals("lead", "general")).toHaveLength(whispers + 1);
      expect(await heard(world, "amber-falcon")).toEqual(twice);
      const after = await hub.person.call("listOperations", {});
      expect(after.items.map(({ id }) => id)).toEqual(before.items.map(({ id }) => id));
      expect((await hub.person.call("status", {})).lanes.some(({ paused }) => paused)).toBe(false);
      await world.end();
    });
  },
);
