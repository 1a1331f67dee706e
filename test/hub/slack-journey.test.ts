import { describe, expect, it } from "vitest";
import { machinesIn, rescuesIn } from "./nothing-left.ts";
import { startSlackHub } from "./slack-hub.ts";
import type { SlackHub, Way } from "./slack-hub.ts";

const patience = { timeout: 30_000, interval: 50 };
const ways: Way[] = ["HTTP", "Socket Mode"];

/** Asks for a thopter in #general, and answers with its card once it is ready. */
async function provision(world: SlackHub, name: string) {
  const { slack, hub } = world;
  const words = `provision Listen to me --repo ${hub.repository} --name ${name}`;
  await slack.as("lead").command("/thopter", words);
  return world.message("general", new RegExp(`\\*${name}\\* is ready`));
}

async function screenOf({ hub }: SlackHub, thopter: string): Promise<string> {
  const { text } = await hub.person.call("read", { thopter, what: "screen" });
  return text;
}

describe.each(ways)("a person in Slack, over %s", (way) => {
  it("claims, provisions, tells, answers and destroys", { timeout: 120_000 }, async () => {
    const world = await startSlackHub(way);
    const { slack, hub } = world;
    const lead = slack.as("lead");
    await world.claim("lead");

    const card = await provision(world, "amber-falcon");
    // One card, edited in place, that showed the steps while they ran.
    expect(slack.messages("general").filter(({ isFromApp }) => isFromApp)).toHaveLength(1);
    const versions = card.versions.map(({ blocks }) => JSON.stringify(blocks));
    // A fast machine is past its first steps before the first edit: then all were still to come.
    expect(versions.some((blocks) => /"(?:in_progress|pending)"/.test(blocks))).toBe(true);
    expect(versions.at(-1)).toContain('"plan"');

    // In the card's thread its thopter is meant, and free words are for its agent.
    await lead.mention("general", "keep:- a line", { threadTs: card.ts });
    await expect.poll(() => screenOf(world, "amber-falcon"), patience).toContain("Committed");
    await lead.command("/thopter", "screen amber-falcon");
    await world.whisper("lead", /Committed/);

    await lead.mention("general", "tell ask:Overwrite it?", { threadTs: card.ts });
    const question = await world.message("@lead", /Overwrite it\?/);
    await lead.click(question, ({ text }) => JSON.stringify(text).includes("Yes"));
    await expect.poll(() => screenOf(world, "amber-falcon"), patience).toContain("Heard[Yes]");
    await world.message("@lead", /was answered by/);
    const late = await lead.click(question, ({ text }) => JSON.stringify(text).includes("No"));
    expect(late.trouble).toBeUndefined();
    await world.message("@lead", /no longer open: nothing was answered/);
    expect(await screenOf(world, "amber-falcon")).not.toContain("Heard[No]");

    // Its commit exists nowhere else: the number has to be typed, and the work is rescued.
    await lead.command("/thopter", "destroy amber-falcon");
    const approval = await world.message("general", /Destroy 1 thopter\?/);
    await lead.click(approval, "th:approve-typed");
    const view = await world.form("lead", /amber-falcon/);
    const { errors } = await lead.submit(view, { count: "2" });
    expect(JSON.stringify(errors)).toMatch(/1/);
    await lead.submit(view, { count: "1" });
    await world.message("general", /Destroy of amber-falcon\*: 1 done/);
    expect(machinesIn(hub.data)).toEqual([]);
    expect(rescuesIn(hub.data)).toHaveLength(1);
    expect(slack.messages("general").find(({ ts }) => ts === approval.ts)?.text).toMatch(
      /Approved by/,
    );
    await world.end();
  });
});

describe("a card in Slack", () => {
  it(
    "works after the hub was killed and started anew, once for three clicks",
    { timeout: 120_000 },
    async () => {
      const world = await startSlackHub("HTTP");
      const { slack, hub } = world;
      await world.claim("lead");
      await provision(world, "amber-falcon");
      await provision(world, "jade-owl");
      await slack.as("lead").command("/thopter", "destroy amber-falcon jade-owl");
      const approval = await world.message("general", /Destroy 2 thopters\?/);
      await hub.kill();
      await world.start();
      const clicks = await Promise.all(
        [1, 2, 3].map(() => slack.as("lead").click(approval, "th:approve")),
      );
      expect(clicks.map(({ trouble }) => trouble)).toEqual([undefined, undefined, undefined]);
      await world.message("general", /Destroy of 2 thopters\*: 2 done/);
      const { items } = await hub.person.call("listOperations", {});
      expect(items.filter(({ kind }) => kind === "destroy")).toHaveLength(2);
      await world.end();
    },
  );
});

describe("Slack beside the other fronts", () => {
  it(
    "decides what an agent asked over MCP, and shows what the CLI decided",
    { timeout: 120_000 },
    async () => {
      const world = await startSlackHub("HTTP");
      const { slack, hub } = world;
      await world.claim("lead");
      const mcp = await hub.mcp();
      const ask = async (name: string): Promise<string> => {
        await hub.ready({ name }, hub.agent);
        await mcp.call("tell_thopter", { thopter: name, text: "keep:- a line" });
        await expect.poll(() => screenOf(world, name), patience).toContain("Committed");
        const asked = await mcp.call("destroy_thopters", { thopters: [name], reason: "collected" });
        return String(asked["approval"]);
      };

      const first = await ask("amber-falcon");
      const card = await world.message("@lead", /Destroy 1 thopter\?/);
      expect(JSON.stringify(card.blocks)).toContain("amber-falcon");
      const waiting = mcp.call("wait_for_operations", { ids: [first] });
      await slack.as("lead").click(card, "th:approve-typed");
      const view = await world.form("lead", /amber-falcon/);
      await slack.as("lead").submit(view, { count: "1" });
      expect(await waiting).toMatchObject({ done: true, operations: [{ status: "succeeded" }] });

      const second = await ask("jade-owl");
      await world.message("@lead", /jade-owl/);
      await hub.person.call("decide", { id: second, decision: "deny" });
      const denied = await world.message("@lead", /Denied by/);
      expect(JSON.stringify(denied.blocks)).not.toContain("th:approve");
      await world.end();
    },
  );
});
