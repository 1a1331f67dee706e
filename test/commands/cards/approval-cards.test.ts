import { describe, expect, it } from "vitest";
import { someUnsaved } from "../../fleet/world.ts";
import { callers, minute } from "../../fleet/rig.ts";
import { buttonsOf, startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const { ann } = callers;
const slackAnn = { ...ann, front: "slack" as const };

describe("an approval", () => {
  async function raise(kit: CardsKit, patch: { front?: "slack" | "mcp" } = {}) {
    const made = [await kit.rig.provision(ann), await kit.rig.provision(ann)];
    const caller = patch.front === "mcp" ? callers.agent : slackAnn;
    const thopters = made.map(({ id }) => id);
    const answer = await kit.rig.fleet.destroy(caller, { thopters, reason: "old" });
    if (answer.outcome !== "approval-needed") throw new Error("It was not asked");
    return answer.approval;
  }

  it("stands where it was asked for until it is decided anywhere; then it says by whom, and what comes of it", async () => {
    const kit = await startCardsKit();
    const { id } = await raise(kit);
    await kit.cards.showApproval(kit.ask("ann"), id);
    await kit.clock.advance(20_000);
    expect(kit.shown("general")).toHaveLength(1);
    expect(kit.shown("@ann")).toEqual([]);
    expect(buttonsOf(kit.shown("general")[0])).toEqual(["Destroy", "Keep"]);
    kit.rig.world.held.add("remove");
    await kit.rig.fleet.decide(ann, { id, decision: "approve" });
    await kit.idle();
    const by = `Approved by <@${kit.user("ann").userId}>`;
    expect(kit.texts("general")[0]).toContain(by);
    expect(buttonsOf(kit.shown("general")[0])).toEqual([]);
    kit.rig.world.release("remove");
    await kit.clock.advance(10_000);
    expect(kit.texts("general")[0]).toContain(by);
    expect(kit.texts("general")[0]).toMatch(/Destroy of 2 thopters\*: 2 done/);
    expect(kit.reports).toEqual([]);
  });

  it("has no second card for the operations that it queued", async () => {
    const kit = await startCardsKit();
    const { id } = await raise(kit);
    await kit.cards.showApproval(kit.ask("ann"), id);
    const { operations } = await kit.rig.fleet.decide(ann, { id, decision: "approve" });
    await kit.cards.follow(kit.ask("ann"), { operationIds: operations.map((one) => one.id) });
    await kit.clock.advance(10_000);
    expect(kit.shown("general")).toHaveLength(1);
  });

  it("that was written over in answer to a press is brought up to date again", async () => {
    const kit = await startCardsKit();
    const { id } = await raise(kit);
    await kit.cards.showApproval(kit.ask("ann"), id);
    await kit.rig.fleet.decide(ann, { id, decision: "approve" });
    await kit.clock.advance(2500);
    expect(kit.texts("general")[0]).toMatch(/2 done/);
    const [card] = kit.shown("general");
    const place = { channel: card?.channel ?? "", ts: card?.ts ?? "" };
    await kit.web.chat.update({ ...place, text: "the answer to a press", blocks: [] });
    await kit.clock.advance(5000);
    expect(kit.texts("general")[0]).toMatch(/2 done/);
  });

  it("of an agent goes to the direct messages of who may decide", async () => {
    const kit = await startCardsKit();
    const made = await kit.rig.provision(callers.agent);
    kit.rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    await kit.rig.fleet.destroy(callers.agent, { thopters: [made.id], reason: "old" });
    await kit.idle();
    expect(kit.shown("@ann")).toHaveLength(1);
    expect(buttonsOf(kit.shown("@ann")[0])).toEqual(["Destroy…", "Keep"]);
    await kit.clock.advance(11 * minute);
    expect(kit.texts("@ann")[0]).toMatch(/expired/);
    expect(buttonsOf(kit.shown("@ann")[0])).toEqual([]);
  });

  it("goes to the channel of the settings where who may decide has no account", async () => {
    const kit = await startCardsKit({ linked: ["ben"], channel: "fleet" });
    const made = await kit.rig.provision(callers.agent);
    kit.rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    await kit.rig.fleet.destroy(callers.agent, { thopters: [made.id], reason: "old" });
    await kit.idle();
    expect(kit.shown("fleet")).toHaveLength(1);
  });

  it("goes to an admin where there is no such channel either", async () => {
    const kit = await startCardsKit({ linked: ["ben", "ada"] });
    const made = await kit.rig.provision(callers.agent);
    kit.rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    await kit.rig.fleet.destroy(callers.agent, { thopters: [made.id], reason: "old" });
    await kit.idle();
    expect(kit.shown("@ada")).toHaveLength(1);
    expect(kit.shown("@ben")).toEqual([]);
  });

  it("goes there too where the account of who may decide is closed", async () => {
    const kit = await startCardsKit({ channel: "fleet" });
    const made = await kit.rig.provision(callers.agent);
    kit.rig.world.unsaved.set(made.machineId ?? "", someUnsaved);
    kit.slack.workspace.user("ann").deleted = true;
    await kit.rig.fleet.destroy(callers.agent, { thopters: [made.id], reason: "old" });
    await kit.clock.advance(5000);
    expect(kit.shown("fleet")).toHaveLength(1);
    kit.slack.faults.add({ method: "chat.update", kind: "error", error: "is_archived" });
    await kit.clock.advance(11 * minute);
    expect(kit.slack.calls("chat.postMessage")).toHaveLength(1);
  });

  it("goes to the owner too when the asker may not decide it", async () => {
    const kit = await startCardsKit();
    const made = await kit.rig.provision(ann);
    const ben = { ...callers.ben, front: "slack" as const };
    const answer = await kit.rig.fleet.destroy(ben, { thopters: [made.id], reason: "mine now" });
    if (answer.outcome !== "approval-needed") throw new Error("It was not asked");
    await kit.cards.showApproval(kit.ask("ben"), answer.approval.id);
    await kit.idle();
    expect(
      [kit.shown("general"), kit.shown("@ann"), kit.shown("@ben")].map((one) => one.length),
    ).toEqual([1, 1, 0]);
    await kit.rig.fleet.decide(ann, { id: answer.approval.id, decision: "deny" });
    await kit.clock.advance(5000);
    for (const place of ["general", "@ann"]) expect(kit.texts(place)[0]).toMatch(/Denied by/);
  });

  it("gets a card after a restart when the hub died before it was shown", async () => {
    const kit = await startCardsKit();
    await raise(kit);
    const again = await kit.restart();
    await again.clock.advance(5000);
    expect(again.shown("@ann")).toHaveLength(1);
    expect(buttonsOf(again.shown("@ann")[0])).toEqual(["Destroy", "Keep"]);
  });

  it("of fifty thopters fits into one message, before and after", async () => {
    const kit = await startCardsKit();
    const made: string[] = [];
    for (let index = 0; index < 50; index += 1) made.push((await kit.rig.provision(ann)).id);
    const answer = await kit.rig.fleet.destroy(slackAnn, {
      thopters: made,
      reason: "<!channel> ".repeat(90),
    });
    if (answer.outcome !== "approval-needed") throw new Error("It was not asked");
    const { id } = answer.approval;
    await kit.cards.showApproval(kit.ask("ann"), id);
    await kit.rig.fleet.decide(ann, { id, decision: "approve" });
    await kit.clock.advance(minute);
    expect(kit.shown("general")).toHaveLength(1);
    expect(kit.texts("general")[0]).toMatch(/50 done/);
    expect(kit.shown("general")[0]?.text).not.toContain("<!channel>");
    expect(kit.reports).toEqual([]);
  });

  it("is not edited because time goes by", async () => {
    const kit = await startCardsKit();
    const { id } = await raise(kit);
    await kit.cards.showApproval(kit.ask("ann"), id);
    await kit.clock.advance(4 * minute);
    const again = await kit.restart();
    await again.clock.advance(minute);
    expect(again.slack.calls("chat.update")).toEqual([]);
  });

  it("whose message is deleted comes back in direct messages", async () => {
    const kit = await startCardsKit();
    kit.rig.world.held.add("remove");
    const { id } = await raise(kit);
    await kit.cards.showApproval(kit.ask("ann"), id);
    kit.slack.faults.add({
      method: "chat.update",
      kind: "error",
      error: "message_not_found",
      times: 1,
    });
    await kit.rig.fleet.decide(ann, { id, decision: "approve" });
    await kit.clock.advance(5000);
    expect(kit.texts("@ann")[0]).toMatch(/Approved by/);
  });
});
