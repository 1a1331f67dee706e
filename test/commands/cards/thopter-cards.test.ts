import { describe, expect, it } from "vitest";
import { callers, minute } from "../../fleet/rig.ts";
import { buttonsOf, startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const { ann } = callers;
const hour = 60 * minute;
const question = { text: "Delete <!channel> *everything*?", hash: "h1", choices: ["Yes", "No"] };

async function ask(kit: CardsKit, patch: { inSlack?: boolean } = {}) {
  const front = patch.inSlack === true ? ("slack" as const) : ("cli" as const);
  const request = { task: "mend the gate", repository: "owner/gate" };
  const { thopter, operation } = await kit.rig.fleet.provision({ ...ann, front }, request);
  if (patch.inSlack === true)
    await kit.cards.follow(kit.ask("ann"), { operationIds: [operation.id] });
  await kit.clock.advance(5000);
  const { machineId = "" } = await kit.rig.thopter(thopter.id);
  kit.rig.world.agentSays(machineId, "waiting", { question, since: kit.clock.now() });
  await kit.clock.advance(5000);
  return { id: thopter.id, machineId };
}

describe("an agent's question", () => {
  it("is a direct message to its owner, with a button for each choice, in words that mean nothing to Slack", async () => {
    const kit = await startCardsKit();
    const { id } = await ask(kit);
    const [message, ...others] = kit.shown("@ann");
    expect(others).toEqual([]);
    expect(buttonsOf(message)).toEqual(["Yes", "No", "Screen"]);
    const blocks = JSON.stringify(message?.blocks);
    expect(blocks).toContain(`${id}|h1`);
    expect(message?.text).not.toContain("<!channel>");
    expect(blocks).toContain("rich_text_preformatted");
  });

  it("is told of in the thread of the thopter's card too, without its words", async () => {
    const kit = await startCardsKit();
    await ask(kit, { inSlack: true });
    const [card, inThread] = kit.shown("general");
    expect(inThread).toMatchObject({ threadTs: card?.ts });
    expect(buttonsOf(inThread)).toEqual(["Answer…"]);
    expect(JSON.stringify(inThread)).not.toMatch(/everything|Yes/);
    expect(buttonsOf(card)).not.toContain("Yes");
    expect(kit.shown("@ann")).toHaveLength(1);
  });

  it("loses its buttons when it is no longer asked", async () => {
    const kit = await startCardsKit();
    const { machineId } = await ask(kit);
    kit.rig.world.agentSays(machineId, "working");
    await kit.clock.advance(5000);
    expect(kit.texts("@ann")).toEqual([expect.stringMatching(/no longer waits/)]);
    expect(buttonsOf(kit.shown("@ann")[0])).toEqual([]);
  });

  it("says who answered it, whichever is seen first", async () => {
    const kit = await startCardsKit();
    const { id, machineId } = await ask(kit, { inSlack: true });
    kit.rig.world.agentSays(machineId, "working");
    await kit.clock.advance(5000);
    await kit.cards.answered({ thopterId: id, hash: "h1", text: "No", personId: "ann" });
    await kit.clock.advance(5000);
    kit.rig.world.agentSays(machineId, "idle");
    await kit.clock.advance(5000);
    const by = `was answered by <@${kit.user("ann").userId}>`;
    expect(kit.texts("@ann")[0]).toContain(`${by}: No`);
    expect(kit.texts("general")[1]).toContain(by);
    expect(kit.texts("general")[1]).not.toContain("No");
  });

  it("is one message, however often it is seen, and asks again when it is asked again", async () => {
    const kit = await startCardsKit();
    const { machineId } = await ask(kit);
    const again = await kit.restart();
    await again.clock.advance(minute);
    expect(again.shown("@ann")).toHaveLength(1);
    again.rig.world.agentSays(machineId, "working");
    await again.clock.advance(minute);
    again.rig.world.agentSays(machineId, "waiting", { question, since: again.clock.now() });
    await again.clock.advance(5000);
    expect(again.shown("@ann")).toHaveLength(1);
    expect(buttonsOf(again.shown("@ann")[0])).toContain("Yes");
  });

  it("is told after a restart when it was asked while nobody listened", async () => {
    const kit = await startCardsKit({ isStarted: false });
    await ask(kit);
    expect(kit.shown("@ann")).toEqual([]);
    const again = await kit.restart();
    await again.cards.start();
    await again.clock.advance(5000);
    expect(again.shown("@ann")).toHaveLength(1);
  });

  it("is no message where its owner has no account", async () => {
    const kit = await startCardsKit({ linked: [] });
    await ask(kit);
    expect(kit.slack.calls("chat.postMessage")).toEqual([]);
    expect(kit.reports).toEqual([]);
  });
});

describe("the warning before the end of a life", () => {
  it("is a direct message that can put it off, and says so when it was put off", async () => {
    const kit = await startCardsKit();
    const { name, id } = await kit.rig.provision(ann, { ttlMs: hour });
    await kit.clock.advance(45 * minute + 5000);
    expect(buttonsOf(kit.shown("@ann")[0])).toEqual(["Keep it 2 h longer", "Destroy…"]);
    await kit.rig.fleet.extend(ann, { thopter: name, byMs: 2 * hour });
    await kit.clock.advance(5000);
    expect(kit.texts("@ann")).toEqual([expect.stringMatching(/lives until/)]);
    expect(buttonsOf(kit.shown("@ann")[0])).toEqual([]);
    await kit.clock.advance(hour + 45 * minute);
    expect(kit.shown("@ann")).toHaveLength(2);
    await kit.clock.advance(17 * minute);
    expect((await kit.rig.thopter(id)).status).toBe("gone");
    expect(kit.texts("@ann")[1]).toMatch(/is gone/);
  });

  it("comes fifteen minutes before the end at least, however long Slack was away", async () => {
    const kit = await startCardsKit();
    const { id } = await kit.rig.provision(ann, { ttlMs: hour });
    kit.slack.down();
    await kit.clock.advance(3 * hour);
    expect((await kit.rig.thopter(id)).status).toBe("ready");
    kit.slack.up();
    await kit.clock.advance(minute);
    expect(kit.shown("@ann")).toHaveLength(1);
    const again = await kit.restart();
    await again.clock.advance(13 * minute);
    expect((await again.rig.thopter(id)).status).toBe("ready");
    await again.clock.advance(3 * minute);
    expect((await again.rig.thopter(id)).status).toBe("gone");
  });

  it("is not waited for where its owner's account is closed", async () => {
    const kit = await startCardsKit();
    const { id } = await kit.rig.provision(ann, { ttlMs: hour });
    kit.slack.workspace.user("ann").deleted = true;
    await kit.clock.advance(hour + minute);
    expect((await kit.rig.thopter(id)).status).toBe("gone");
  });

  it("is followed by a question to the owner when the destroy failed", async () => {
    const kit = await startCardsKit();
    await kit.rig.provision(ann, { ttlMs: hour });
    kit.rig.world.faults.set("remove", new Error("broken"));
    await kit.clock.advance(hour + minute);
    const [, asked] = kit.shown("@ann");
    expect(asked?.text).toMatch(/^Destroy 1 thopter\?/);
    expect(buttonsOf(asked)).toEqual(["Destroy", "Keep"]);
  });
});
