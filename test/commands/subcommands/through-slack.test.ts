import { describe, expect, it, vi } from "vitest";
import type { Thopter } from "../../../src/core/thopter.ts";
import type { SimMessage, SimView } from "../../../src/simulators/slack/world.ts";
import { settle } from "../../manual-clock.ts";
import { someUnsaved } from "../../fleet/world.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";

const wait = { timeout: 10_000 };

/** The latest message in #general that holds these words, once there is one. */
function posted(kit: SlackKit, words: RegExp): Promise<SimMessage> {
  return vi.waitFor(async () => {
    await kit.rig.clock.advance(3000);
    const all = kit.slack.messages("general");
    const found = all.findLast((one) => words.test(`${one.text}${JSON.stringify(one.blocks)}`));
    if (found === undefined)
      throw new Error(`Nothing says ${String(words)}: ${JSON.stringify(all)}`);
    return found;
  }, wait);
}

function whispered(kit: SlackKit, user: string, words: RegExp): Promise<SimMessage> {
  return vi.waitFor(() => {
    const all = kit.slack.ephemerals(user, "general");
    const found = all.findLast((one) => words.test(`${one.text}${JSON.stringify(one.blocks)}`));
    if (found === undefined)
      throw new Error(`Nobody was told ${String(words)}: ${JSON.stringify(all)}`);
    return found;
  }, wait);
}

function opened(kit: SlackKit, user: string, words: RegExp): Promise<SimView> {
  return vi.waitFor(() => {
    const view = kit.slack.views(user).at(-1);
    if (view === undefined || !words.test(JSON.stringify(view))) throw new Error("No such modal");
    return view;
  }, wait);
}

async function latest(kit: SlackKit): Promise<Thopter> {
  const [thopter] = await kit.rig.store.list("thopter", { newestFirst: true });
  if (thopter === undefined) throw new Error("There is no thopter");
  return thopter;
}

describe("through Slack", () => {
  it("a developer provisions by form, looks, tells, answers and destroys", async () => {
    const kit = await startSlackKit();
    const developer = kit.as("developer");
    await developer.command("/thopter", "provision");
    const form = await opened(kit, "developer", /What should the agent do/);
    const wrong = await developer.submit(form, { task: "mend it", repository: "ftp://x" });
    expect(wrong.errors["repository"]).toMatch(/Cannot use the repository/);
    await developer.submit(form, { task: "mend it", repository: "owner/gate" });
    await whispered(kit, "developer", /this channel's repository/);
    const { name, id, machineId = "" } = await vi.waitFor(() => latest(kit), wait);
    await posted(kit, new RegExp(`${name}.*is ready`));

    await developer.command("/thopter", "list --mine");
    await whispered(kit, "developer", new RegExp(`data_table.*${name}|${name}.*data_table`));
    await developer.command("/thopter", `tell ${name} “run the tests”`);
    await vi.waitFor(() => expect(kit.rig.world.told).toHaveLength(1), wait);
    expect(kit.rig.world.told[0]?.text).toBe("run the tests");

    const question = { text: "Overwrite it?", hash: "h1", choices: ["Yes", "No"] };
    kit.rig.world.agentSays(machineId, "waiting", { question });
    await settle();
    await developer.command("/thopter", `answer ${name}`);
    const asked = await whispered(kit, "developer", /Overwrite it/);
    await developer.click(asked, "th:answer:1");
    await whispered(kit, "developer", /was answered by/);
    expect(kit.rig.world.answered).toEqual([{ hash: "h1", text: "No" }]);

    await developer.command("/thopter", `destroy ${name}`);
    const preview = await whispered(kit, "developer", /nothing unsaved/);
    await developer.click(preview, "th:destroy-now");
    await vi.waitFor(async () => expect((await kit.rig.thopter(id)).status).toBe("gone"), wait);
    await posted(kit, new RegExp(`${name}.*done`));
    expect(kit.reports).toEqual([]);
  });

  it("a destroy that could cost work is picked, counted and approved by its owner alone", async () => {
    const kit = await startSlackKit();
    const developer = kit.as("developer");
    await developer.command("/thopter", "provision mend it --repo owner/gate");
    const { id, machineId = "" } = await vi.waitFor(async () => {
      const made = await latest(kit);
      if (made.status !== "ready") throw new Error("Not ready yet");
      return made;
    }, wait);
    kit.rig.world.unsaved.set(machineId, someUnsaved);

    await developer.command("/thopter", "destroy");
    const picker = await opened(kit, "developer", /Which ones/);
    expect(JSON.stringify(picker)).toContain("unsaved: 2 commits, 1 file");
    await developer.submit(picker, { thopters: [id] });
    const card = await posted(kit, /Destroy 1 thopter\?/);
    await kit.as("lead").click(card, "th:approve-typed");
    await whispered(kit, "lead", /Cannot decide/);
    await developer.click(card, "th:approve-typed");
    const counting = await opened(kit, "developer", /Type 1 to destroy it/);
    const wrong = await developer.submit(counting, { "count:1": "2" });
    expect(wrong.errors["count"]).toMatch(/Type 1/);
    await developer.submit(counting, { "count:1": "1" });
    await vi.waitFor(async () => expect((await kit.rig.thopter(id)).status).toBe("gone"), wait);
    await posted(kit, /Approved by/);
    expect(kit.reports).toEqual([]);
  });

  it("the list is shown as lines where Slack takes no table", async () => {
    const kit = await startSlackKit();
    const developer = kit.as("developer");
    await developer.command("/thopter", "provision mend it --repo owner/gate");
    await whispered(kit, "developer", /this channel's repository/);
    await posted(kit, /is ready/);
    kit.slack.faults.add({ method: "response_url", kind: "status", status: 400, times: 1 });
    for (const method of ["chat.postEphemeral", "chat.postMessage"]) {
      const fault = { method, error: "invalid_blocks", times: 1 };
      kit.slack.faults.add({ ...fault, kind: "error" });
    }
    await developer.command("/thopter", "list");
    const list = await whispered(kit, "developer", /1 thopter, 1 of them yours/);
    expect(list.blocks.map(({ type }) => type)).toEqual(["section", "context", "actions"]);
  });
});
