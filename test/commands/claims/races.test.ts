import { describe, expect, it } from "vitest";
import { createFreshCache } from "../../../commands/identity/fresh-cache.ts";
import { createTellOrDestroy } from "../../../commands/routing/tell-or-destroy.ts";
import { createManualClock, settle } from "../../manual-clock.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";
import { eventually, opened, posted, provisioned, whispered, wordsOf } from "./scene.ts";

async function roleOf({ rig, slack }: SlackKit, user: string) {
  const userId = slack.workspace.user(user).id;
  return (await rig.store.list("person")).find((one) => one.slack?.userId === userId)?.role;
}

describe("a role that was taken away", () => {
  it("does not come back with the App Home that was opened before", async () => {
    const kit = await startSlackKit({
      options: ({ workspace }) => ({ admins: [[...workspace.groups.keys()][0] ?? ""] }),
    });
    const { slack } = kit;
    await kit.as("lead").openHome();
    await eventually(kit, () => slack.home("lead"));
    expect(await roleOf(kit, "lead")).toBe("admin");
    const [group] = [...slack.workspace.groups.values()];
    if (group === undefined) throw new Error("There is no group");
    group.members = [];
    await slack.emit("subteam_members_changed", {
      ...{
        type: "subteam_members_changed",
        subteam_id: group.id,
        team_id: slack.workspace.team.id,
      },
    });
    await kit.as("lead").command("/thopter", "help");
    await eventually(
      kit,
      async () => ((await roleOf(kit, "lead")) === "operator" ? true : undefined),
      0,
    );
    const published = slack.calls("views.publish").length;
    await provisioned(kit, "developer", ["amber-falcon"]);
    await eventually(kit, () =>
      slack.calls("views.publish").length > published ? true : undefined,
    );
    expect(await roleOf(kit, "lead")).toBe("operator");
  });

  it("is not remembered from a question to Slack that was under way", async () => {
    const answers: ((value: string) => void)[] = [];
    const cache = createFreshCache<string>({
      clock: createManualClock(),
      load: () => new Promise((resolve) => answers.push(resolve)),
      ...{ freshMs: 1000, lifeMs: 1000, max: 10 },
    });
    const first = cache.get("group");
    cache.drop("group");
    const second = cache.get("group");
    expect(answers).toHaveLength(2);
    answers[1]?.("after");
    expect(await second).toBe("after");
    answers[0]?.("before");
    await first;
    await settle();
    expect(await cache.get("group")).toBe("after");
  });
});

describe("two presses of one button at the same moment", () => {
  it("tell an agent once what was meant, and answer both", async () => {
    const kit = await startSlackKit();
    await provisioned(kit, "developer", ["amber-falcon"]);
    const card = await posted(kit, /is ready/);
    const developer = kit.as("developer");
    await developer.mention("general", "destroy the old cache code", { threadTs: card.ts });
    const doubt = await whispered(kit, "developer", /Did you mean/);
    await Promise.all([1, 2].map(() => developer.click(doubt, "th:meant-tell")));
    await whispered(kit, "developer", /Told/);
    await whispered(kit, "developer", /Cannot tell what this was about/);
    expect(kit.rig.world.told).toHaveLength(1);
    expect(kit.reports).toEqual([]);
  });

  it("settle a doubt once, however close they come", async () => {
    const { rig } = await startSlackKit();
    let ran = 0;
    const command = {
      ...{ name: "x", summary: "", usage: "x", examples: [], flags: {}, takes: "text" as const },
      run: async () => void (ran += 1),
    };
    const { ask, buttons = [] } = createTellOrDestroy({ tell: command, destroy: command });
    const ports = { store: rig.store, clock: rig.clock, newId: () => "doubt" };
    const asker = { user: { userId: "U1" }, whisper: async () => undefined, value: "doubt" };
    // Nothing else of them is asked for.
    await ask(ports as never, asker as never, { thopterId: "amber-falcon", text: "destroy it" });
    const presses = buttons.map((one) => one.run(ports as never, asker as never));
    const settled = await Promise.allSettled(presses);
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(ran).toBe(1);
  });

  it("ask an admin once, and answer both", async () => {
    const kit = await startSlackKit();
    const reviewer = kit.as("reviewer");
    await reviewer.command("/thopter", "provision x --repo o/r");
    const refusal = await whispered(kit, "reviewer", /Ask an admin/);
    await Promise.all([1, 2].map(() => reviewer.click(refusal, "th:ask-admin")));
    const direct = kit.slack.workspace.direct(kit.slack.workspace.user("admin").id).id;
    await posted(kit, /asks to be an operator/, direct);
    await whispered(kit, "reviewer", /asked/);
    await settle();
    const asked = kit.slack.messages(direct).filter((one) => /asks to be/.test(wordsOf(one)));
    expect(asked).toHaveLength(1);
    expect(kit.reports).toEqual([]);
  });

  it("destroy once, and show one card", async () => {
    const kit = await startSlackKit();
    await provisioned(kit, "developer", ["amber-falcon"]);
    const developer = kit.as("developer");
    await developer.command("/thopter", "destroy amber-falcon");
    const preview = await whispered(kit, "developer", /nothing unsaved/);
    await Promise.all([1, 2, 3].map(() => developer.click(preview, "th:destroy-now")));
    await posted(kit, /Destroy of amber-falcon\*: 1 done/);
    const destroys = (await kit.rig.store.list("operation")).filter(
      ({ kind }) => kind === "destroy",
    );
    expect(destroys).toHaveLength(1);
    const cards = kit.slack.messages("general").filter(({ text }) => /Destroy of/.test(text));
    expect(cards).toHaveLength(1);
    expect(kit.reports).toEqual([]);
  });

  it("retry once", async () => {
    const kit = await startSlackKit();
    kit.rig.world.faults.set("launch", new Error("it broke"));
    const developer = kit.as("developer");
    await developer.command(
      "/thopter",
      "provision x --repo o/r --name lost-bird --keep-on-failure",
    );
    const failed = await posted(kit, /could not be provisioned/);
    kit.rig.world.faults.clear();
    kit.rig.world.held.add("launch");
    await Promise.all([1, 2].map(() => developer.click(failed, "th:retry")));
    const provisions = async () =>
      (await kit.rig.store.list("operation")).filter(({ kind }) => kind === "provision");
    await eventually(kit, async () => ((await provisions()).length > 1 ? true : undefined));
    await kit.rig.clock.advance(3000);
    expect(await provisions()).toHaveLength(2);
    kit.rig.world.release("launch");
    await posted(kit, /\*lost-bird-2\* is ready/);
    // Long afterwards the old button is answered, and does not ask in silence.
    const posts = (): number => kit.slack.calls("chat.postMessage").length;
    const before = posts();
    await developer.click(failed, "th:retry");
    await eventually(kit, () => (posts() > before ? true : undefined));
    expect(kit.reports).toEqual([]);
  });

  it("provision once, where a form is submitted twice", async () => {
    const kit = await startSlackKit();
    await kit.as("developer").command("/thopter", "provision");
    const form = await opened(kit, "developer", /What should the agent do/);
    const values = { task: "mend it", repository: "owner/gate" };
    await kit.as("developer").submit(form, values);
    const sent = kit.slack.deliveries().at(-1)?.request;
    if (sent === undefined) throw new Error("Nothing was submitted");
    // As when the answer was lost: signed anew, the same in all else.
    const contentType = sent.headers["content-type"] ?? "";
    await kit.rig.clock.advance(1000);
    await kit.slack.raw(
      kit.slack.sign({ url: sent.url, body: `${sent.body}&again=1`, contentType }),
    );
    await posted(kit, /is ready/);
    await settle();
    expect(await kit.rig.store.list("thopter")).toHaveLength(1);
  });

  it("answer an agent once", async () => {
    const kit = await startSlackKit();
    const [thopter] = await provisioned(kit, "developer", ["amber-falcon"]);
    const question = { text: "Overwrite it?", hash: "h1", choices: ["Yes", "No"] };
    await posted(kit, /is ready/);
    kit.rig.world.agentSays(thopter?.machineId ?? "", "waiting", { question });
    const direct = kit.slack.workspace.direct(kit.slack.workspace.user("developer").id).id;
    const asked = await posted(kit, /Overwrite it/, direct);
    const developer = kit.as("developer");
    await Promise.all(
      ["th:answer:0", "th:answer:1", "th:answer:0"].map((id) => developer.click(asked, id)),
    );
    await posted(kit, /was answered by/, direct);
    await eventually(
      kit,
      () =>
        kit.slack.messages(direct).find(({ text }) => /no longer open/.test(text)) ??
        kit.slack.ephemerals("developer", direct).find(({ text }) => /no longer open/.test(text)),
    );
    expect(kit.rig.world.answered).toHaveLength(1);
  });
});

describe("an approval that someone asks to see", () => {
  it("is answered though its card is there already, and when it was decided since", async () => {
    const kit = await startSlackKit();
    await provisioned(kit, "developer", ["amber-falcon", "jade-owl"]);
    const developer = kit.as("developer");
    await developer.command("/thopter", "destroy amber-falcon jade-owl");
    const card = await posted(kit, /Destroy 2 thopters\?/);
    await developer.command("/thopter", "status");
    const status = await whispered(kit, "developer", /1 approval waits/);
    await developer.click(status, "th:approval-show");
    await whispered(kit, "developer", /perhaps further up/);
    await developer.click(card, "th:deny");
    await posted(kit, /Denied by/);
    await developer.click(status, "th:approval-show");
    const { text } = await whispered(kit, "developer", /Denied by/);
    expect(text).toContain("nothing is destroyed");
  });
});
