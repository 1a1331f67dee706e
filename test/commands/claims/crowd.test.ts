import { describe, expect, it } from "vitest";
import { someUnsaved } from "../../fleet/world.ts";
import type { Reaction } from "../../../src/simulators/slack/reaction.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";
import { crowd, eventually, idsOf, opened, posted, provisioned, wordsOf } from "./scene.ts";

const size = 50;
const names = Array.from({ length: size }, (_, index) => `chief-${index + 1}`);

/** Fifty admins in #general beside the usual people. */
function withCrowd(over: "http" | "socket"): Promise<SlackKit> {
  return startSlackKit({
    over,
    prepare: (slack) => void crowd(slack, "chief", size),
    options: (slack) => ({ admins: idsOf(slack, names) }),
  });
}

/** Each was acknowledged in time, and nobody was left without an answer. */
function expectAnswered(reactions: readonly Reaction[]): void {
  expect(reactions.map(({ trouble }) => trouble)).toEqual(names.map(() => undefined));
  for (const { delivery } of reactions) expect(delivery?.ackMs).toBeLessThan(3000);
}

async function destroysOf({ rig }: SlackKit): Promise<number> {
  return (await rig.store.list("operation")).filter(({ kind }) => kind === "destroy").length;
}

/** Who decided, once that is on record. */
async function decider(kit: SlackKit): Promise<{ name: string; id: string }> {
  const personId = await eventually(kit, async () => {
    const [approval] = await kit.rig.store.list("approval");
    return approval?.decidedBy;
  });
  const id = kit.rig.fleet.slackPeople.accountOf(personId)?.userId ?? "";
  return { id, name: kit.slack.workspace.user(id).name };
}

/** All but the one who decided are told by whom it was, each in their own whisper. */
async function expectTold(kit: SlackKit, by: { name: string; id: string }): Promise<void> {
  for (const name of names) {
    if (name === by.name) continue;
    const told = await eventually(kit, () => {
      const whispers = kit.slack.ephemerals(name, "general");
      return whispers.find(({ text }) => text.includes("too late"));
    });
    expect(told.text).toContain(`Approved by <@${by.id}>`);
  }
}

describe.each(["http", "socket"] as const)("fifty people over %s", (over) => {
  it("press one confirm button at once: it runs once, and each is told who decided", async () => {
    const kit = await withCrowd(over);
    await provisioned(kit, "developer", ["amber-falcon", "jade-owl"]);
    await kit.as("developer").command("/thopter", "destroy amber-falcon jade-owl");
    const card = await posted(kit, /Destroy 2 thopters\?/);
    const reactions = await Promise.all(
      names.map((name) => kit.as(name).click(card, "th:approve")),
    );
    expectAnswered(reactions);
    const by = await decider(kit);
    await expectTold(kit, by);
    const done = await posted(kit, /Destroy of 2 thopters\*: 2 done/);
    expect(done.ts).toBe(card.ts);
    expect(wordsOf(done)).toContain(`Approved by <@${by.id}>`);
    expect(wordsOf(done)).not.toContain("th:approve");
    expect(await destroysOf(kit)).toBe(2);
    expect(kit.slack.ephemerals(by.name, "general")).toEqual([]);
    expect(kit.reports).toEqual([]);
  });

  it("type the number and submit at once: it runs once, and each is told who decided", async () => {
    const kit = await withCrowd(over);
    const [thopter] = await provisioned(kit, "developer", ["amber-falcon"]);
    kit.rig.world.unsaved.set(thopter?.machineId ?? "", someUnsaved);
    await kit.as("developer").command("/thopter", "destroy amber-falcon");
    const card = await posted(kit, /Destroy 1 thopter\?/);
    await Promise.all(names.map((name) => kit.as(name).click(card, "th:approve-typed")));
    const forms = await Promise.all(names.map((name) => opened(kit, name, /Type 1 to destroy it/)));
    const reactions = await Promise.all(
      forms.map((form, index) => kit.as(names[index] ?? "").submit(form, { count: "1" })),
    );
    expectAnswered(reactions);
    const by = await decider(kit);
    await expectTold(kit, by);
    const done = await posted(kit, /Destroy of amber-falcon\*: 1 done/);
    expect(done.ts).toBe(card.ts);
    expect(wordsOf(done)).toContain(`Approved by <@${by.id}>`);
    expect(await destroysOf(kit)).toBe(1);
    expect(kit.reports).toEqual([]);
  });
});

describe("fifty people whose answers do not get through as usual", () => {
  it("are answered all the same, and nothing is edited beyond the budget", async () => {
    const kit = await withCrowd("http");
    await provisioned(kit, "developer", ["amber-falcon", "jade-owl"]);
    await kit.as("developer").command("/thopter", "destroy amber-falcon jade-owl");
    const card = await posted(kit, /Destroy 2 thopters\?/);
    kit.slack.faults.add({ method: "response_url", kind: "status", status: 500 });
    const before = kit.slack.calls("chat.update").length;
    expectAnswered(await Promise.all(names.map((name) => kit.as(name).click(card, "th:approve"))));
    await expectTold(kit, await decider(kit));
    await posted(kit, /Destroy of 2 thopters\*: 2 done/);
    expect(kit.slack.calls("chat.update").length - before).toBeLessThan(20);
    expect(await destroysOf(kit)).toBe(2);
  });
});

describe("approving and denying at the same moment", () => {
  it("ends in one decision, which all are told and the card shows", async () => {
    const kit = await withCrowd("http");
    await provisioned(kit, "developer", ["amber-falcon", "jade-owl"]);
    await kit.as("developer").command("/thopter", "destroy amber-falcon jade-owl");
    const card = await posted(kit, /Destroy 2 thopters\?/);
    await Promise.all(
      names.map((name, index) =>
        kit.as(name).click(card, index % 2 === 0 ? "th:deny" : "th:approve"),
      ),
    );
    const by = await decider(kit);
    const [approval] = await kit.rig.store.list("approval");
    const outcome = approval?.status === "denied" ? "Denied" : "Approved";
    for (const name of names.filter((one) => one !== by.name)) {
      const told = await eventually(kit, () =>
        kit.slack.ephemerals(name, "general").find(({ text }) => text.includes("too late")),
      );
      expect(told.text).toContain(`${outcome} by <@${by.id}>`);
    }
    expect(await destroysOf(kit)).toBe(outcome === "Denied" ? 0 : 2);
    await posted(kit, new RegExp(`${outcome} by <@${by.id}>`));
  });

  it("a press long after the end changes nothing of what the card says", async () => {
    const kit = await withCrowd("http");
    await provisioned(kit, "developer", ["amber-falcon", "jade-owl"]);
    await kit.as("developer").command("/thopter", "destroy amber-falcon jade-owl");
    const card = await posted(kit, /Destroy 2 thopters\?/);
    await kit.as("chief-1").click(card, "th:approve");
    await posted(kit, /Destroy of 2 thopters\*: 2 done/);
    await kit.rig.clock.advance(60_000);
    const before = kit.slack.messages("general").find(({ ts }) => ts === card.ts);
    // What they still have before them is the message as it was.
    await kit.as("chief-2").click(card, "th:approve");
    await eventually(kit, () =>
      kit.slack.ephemerals("chief-2", "general").find(({ text }) => text.includes("too late")),
    );
    await kit.rig.clock.advance(60_000);
    const after = kit.slack.messages("general").find(({ ts }) => ts === card.ts);
    expect(after?.text).toBe(before?.text);
    expect(wordsOf(after ?? card)).toContain("2 done");
  });
});
