import { describe, expect, it } from "vitest";
import { callers, minute } from "../../fleet/rig.ts";
import { startCardsKit } from "../cards/cards-kit.ts";
import type { CardsKit } from "../cards/cards-kit.ts";

const { ann } = callers;

function home(kit: CardsKit, who: "ann" | "ben" | "vera"): string {
  const view = kit.slack.home(kit.user(who).userId);
  return JSON.stringify(view?.content ?? {}).replaceAll("\u2060", "");
}

const published = (kit: CardsKit): number =>
  kit.slack.calls("views.publish").filter(({ answer }) => answer["ok"] === true).length;

describe("App Home", () => {
  it("tells newcomers how to begin, by what they may do", async () => {
    const kit = await startCardsKit();
    await kit.cards.homeOpened(kit.user("vera"));
    await kit.cards.homeOpened(kit.user("ann"));
    expect(home(kit, "vera")).toMatch(/First steps.*claim.*ask an admin/);
    expect(home(kit, "vera")).not.toContain("New thopter");
    expect(home(kit, "ann")).toMatch(/New thopter.*First steps.*\/thopter provision/);
    expect(kit.reports).toEqual([]);
  });

  it("shows the reader's own thopters with buttons, everyone's, what waits and the approvals for the reader", async () => {
    const kit = await startCardsKit({ rig: { maxThopters: 3 } });
    const own = await kit.rig.provision(ann);
    const question = { text: "May <!here> I?", hash: "h", choices: ["Yes", "No"] };
    kit.rig.world.agentSays(own.machineId ?? "", "waiting", { question });
    const other = await kit.rig.provision(callers.ben);
    await kit.rig.provision(ann);
    const waiting = await kit.rig.provision(callers.ben);
    const thopters = [own.id, other.id];
    await kit.rig.fleet.destroy(callers.ben, { thopters, reason: "old" });
    await kit.idle();
    await kit.cards.homeOpened(kit.user("ann"));
    const shown = home(kit, "ann");
    expect(shown).toMatch(/It asks: May &lt;!here&gt; I\?.*Yes.*No/);
    expect(shown).toMatch(new RegExp(`Your thopters.*${own.name}.*th:screen`));
    expect(shown).toMatch(new RegExp(`Waiting.*${waiting.name}.*full`));
    expect(shown).toMatch(/1 approval waits for a person, 1 of them for you/);
    expect(shown).toContain('"type":"table"');
    expect(shown).toContain(other.name);
  });

  it("is published on change for who opened it lately, gathered, and never twice the same", async () => {
    const kit = await startCardsKit();
    await kit.cards.homeOpened(kit.user("ann"));
    await kit.clock.advance(minute);
    expect(published(kit)).toBe(1);
    const made = await kit.rig.provision(ann);
    await kit.clock.advance(minute);
    expect(home(kit, "ann")).toContain(made.name);
    expect(published(kit)).toBeLessThanOrEqual(3);
    await kit.clock.advance(31 * minute);
    const before = published(kit);
    await kit.rig.provision(ann);
    await kit.clock.advance(minute);
    expect(published(kit)).toBe(before);
  });

  it("of more than a hundred people keeps no more than a hundred", async () => {
    const kit = await startCardsKit();
    for (let index = 0; index < 110; index += 1) {
      const { id } = kit.slack.workspace.addUser({ name: `person-${index}` });
      await kit.cards.homeOpened({ ...kit.user("vera"), userId: id, name: `person-${index}` });
    }
    await kit.clock.advance(10 * minute);
    const before = kit.slack.calls("views.publish").length;
    await kit.rig.provision(ann);
    await kit.clock.advance(10 * minute);
    const again = kit.slack.calls("views.publish").slice(before);
    expect(new Set(again.map(({ args }) => args["user_id"])).size).toBe(100);
  });

  it("is not published where a change has left nothing to see", async () => {
    const kit = await startCardsKit();
    const { machineId = "" } = await kit.rig.provision(ann);
    kit.rig.world.agentSays(machineId, "working");
    await kit.clock.advance(10 * minute);
    await kit.cards.homeOpened(kit.user("ann"));
    for (const status of ["idle", "working"] as const) {
      kit.rig.world.agentSays(machineId, status);
      await kit.idle();
    }
    await kit.clock.advance(10_000);
    expect(published(kit)).toBe(1);
  });
});
