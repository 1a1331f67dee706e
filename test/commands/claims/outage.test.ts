import { describe, expect, it } from "vitest";
import { callers } from "../../fleet/rig.ts";
import { someUnsaved } from "../../fleet/world.ts";
import type { SimMessage } from "../../../src/simulators/slack/world.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";
import { eventually, posted, provisioned, thopterNamed, wordsOf } from "./scene.ts";

const minute = 60_000;

/** Lets time pass in small steps, as it does. */
async function pass(kit: SlackKit, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1000) await kit.rig.clock.advance(Math.min(1000, left));
}

const cardsIn = (kit: SlackKit, channel = "general"): SimMessage[] =>
  kit.slack.messages(channel).filter(({ isFromApp }) => isFromApp);

/** Requests come through, and are answered. */
async function expectHeard(kit: SlackKit): Promise<void> {
  const typed = await kit.as("developer").command("/thopter", "help");
  expect(typed.trouble).toBeUndefined();
  await kit.whispered("developer", "general", /What \/thopter can do/);
}

/** The greatest number of edits that any minute saw, tried ones included. */
function mostEdits({ slack }: SlackKit): number {
  const times = slack.calls("chat.update").map(({ at }) => at);
  const within = times.map((from) => times.filter((at) => at >= from && at < from + minute).length);
  return Math.max(0, ...within);
}

describe.each(["http", "socket"] as const)("Slack gone for a minute, over %s", (over) => {
  it("stops nothing, and afterwards each card shows its newest state, once", async () => {
    const kit = await startSlackKit({ over });
    const { rig, slack } = kit;
    for (const step of ["create", "launch"]) rig.world.held.add(step);
    for (const name of ["amber-falcon", "jade-owl"]) {
      await kit.as("developer").command("/thopter", `provision x --repo owner/gate --name ${name}`);
    }
    await eventually(kit, () => (cardsIn(kit).length === 2 ? true : undefined));
    slack.down();
    for (const step of ["create", "launch"]) rig.world.release(step);
    const during = rig.clock.now();
    // Operations need nothing of Slack.
    await eventually(kit, async () => {
      const operations = await rig.store.list("operation");
      return operations.every(({ status }) => status === "succeeded") ? true : undefined;
    });
    expect(rig.clock.now() - during).toBeLessThan(minute);
    // What another front asks for is taken as ever, and its approval waits for Slack.
    const { id } = await thopterNamed(kit, "amber-falcon");
    rig.world.unsaved.set(`m-${id}`, someUnsaved);
    const request = { thopters: [id], reason: "asked elsewhere" };
    const asked = await rig.fleet.destroy(callers.ben, request);
    expect(asked.outcome).toBe("approval-needed");
    await pass(kit, minute);
    slack.up();
    await pass(kit, 2 * minute);
    for (const name of ["amber-falcon", "jade-owl"]) {
      await posted(kit, new RegExp(`\\*${name}\\* is ready`));
    }
    const direct = slack.workspace.direct(slack.workspace.user("developer").id).id;
    await posted(kit, /Destroy 1 thopter\?/, direct);
    expect(cardsIn(kit)).toHaveLength(2);
    expect(cardsIn(kit, direct).filter((one) => /Destroy 1 thopter/.test(one.text))).toHaveLength(
      1,
    );
    expect(mostEdits(kit)).toBeLessThanOrEqual(40);
    if (over === "socket")
      await eventually(kit, () => (slack.sockets.count() === 2 ? true : undefined), 5000);
    await expectHeard(kit);
  });

  it("an app that starts meanwhile comes up by itself, and shows what waits", async () => {
    const kit = await startSlackKit({ over });
    await provisioned(kit, "developer", ["amber-falcon"]);
    await posted(kit, /is ready/);
    kit.slack.down();
    // Nobody listens for Slack while this is asked for.
    const stopped = kit.app.stop();
    await kit.rig.clock.advance(5000);
    await stopped;
    const { id } = await thopterNamed(kit, "amber-falcon");
    await kit.rig.fleet.destroy(callers.ben, { thopters: [id], reason: "asked elsewhere" });
    const again = await kit.restart();
    await pass(again, minute);
    again.slack.up();
    await pass(again, 3 * minute);
    const { slack } = again;
    const direct = slack.workspace.direct(slack.workspace.user("developer").id).id;
    await posted(again, /Destroy 1 thopter\?/, direct);
    if (over === "socket")
      await eventually(again, () => (slack.sockets.count() === 2 ? true : undefined), 5000);
    expect(cardsIn(again)).toHaveLength(1);
    await expectHeard(again);
  });
});

describe("a Slack that answers badly", () => {
  it.each([
    ["refuses for a rate limit", { kind: "rate", retryAfterSeconds: 7 }],
    ["fails", { kind: "status", status: 500 }],
    ["answers late", { kind: "slow", delayMs: 5000 }],
    ["says it failed", { kind: "error", error: "internal_error" }],
    [
      "does not answer before it did what was asked",
      { kind: "status", status: 500, committed: true },
    ],
  ] as const)("%s: the cards come to their newest state within the budget", async (_how, fault) => {
    const kit = await startSlackKit();
    const names = ["one", "two", "three", "four", "five", "six"].map((name) => `amber-${name}`);
    await provisioned(kit, "developer", names);
    for (const name of names) await posted(kit, new RegExp(`\\*${name}\\* is ready`));
    const before = cardsIn(kit).length;
    kit.slack.faults.add({ method: "chat.update", ...fault, forMs: minute });
    kit.rig.world.held.add("remove");
    const { operations } = await destroyAll(kit, names);
    await pass(kit, minute / 2);
    kit.rig.world.release("remove");
    await pass(kit, 4 * minute);
    const states = await Promise.all(operations.map((id) => kit.rig.store.get("operation", id)));
    expect(states.map((one) => one?.status)).toEqual(names.map(() => "succeeded"));
    for (const name of names) await posted(kit, new RegExp(`\\*${name}\\* is gone`));
    expect(cardsIn(kit)).toHaveLength(before);
    expect(mostEdits(kit)).toBeLessThanOrEqual(40);
  });

  it("forty cards that change all the time stay within forty edits a minute, and all come to an end", async () => {
    const kit = await startSlackKit({ rig: { maxThopters: 50 } });
    const names = Array.from({ length: 40 }, (_, index) => `amber-n${index + 10}`);
    for (const step of ["create", "launch"]) kit.rig.world.held.add(step);
    for (const [index, name] of names.entries()) {
      const who = index % 2 === 0 ? "developer" : "lead";
      await kit.as(who).command("/thopter", `provision x --repo owner/gate --name ${name}`);
      await thopterNamed(kit, name);
      await pass(kit, 1500);
    }
    for (const step of ["create", "launch"]) kit.rig.world.release(step);
    await pass(kit, 5 * minute);
    const ready = cardsIn(kit).filter(({ text }) => text.includes("is ready"));
    expect(ready).toHaveLength(names.length);
    expect(cardsIn(kit)).toHaveLength(names.length);
    expect(mostEdits(kit)).toBeLessThanOrEqual(40);
    for (const card of cardsIn(kit)) expect(wordsOf(card)).not.toContain("is being provisioned");
  });
});

/** Destroys them one by one as their owner does elsewhere. */
async function destroyAll(
  kit: SlackKit,
  names: readonly string[],
): Promise<{ operations: string[] }> {
  const { rig } = kit;
  const { userId } = { userId: kit.slack.workspace.user("developer").id };
  const person = (await rig.store.list("person")).find(({ slack }) => slack?.userId === userId);
  const caller = {
    actor: { kind: "person", personId: person?.id ?? "" },
    role: "operator",
    front: "cli",
  } as const;
  const operations: string[] = [];
  for (const name of names) {
    const answer = await rig.fleet.destroy(caller, { thopters: [name], reason: "done" });
    if (answer.outcome === "accepted") operations.push(...answer.operations.map(({ id }) => id));
  }
  return { operations };
}
