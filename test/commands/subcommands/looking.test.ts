import { describe, expect, it } from "vitest";
import { settle } from "../../manual-clock.ts";
import { callers } from "../../fleet/rig.ts";
import { createWorld, someUnsaved } from "../../fleet/world.ts";
import { harmIn } from "../validity.ts";
import { buttonsIn, mustFind, startDesk, textIn } from "../recording-ask.ts";

const { ann, ben } = callers;

describe("help", () => {
  it("lists every subcommand with first steps, and explains one with its flags", async () => {
    const desk = await startDesk();
    const { whispers } = await desk.type("vera", "help");
    const shown = textIn(whispers[0]);
    const names =
      "help provision destroy list status cancel retry tell answer screen log diff pause resume claim login";
    for (const name of names.split(" ")) expect(shown).toContain(`\`${name}`);
    const opened = await desk.press("vera", mustFind(whispers[0], "Status"));
    expect(textIn(opened.whispers[0])).toMatch(/Thopters: 0 of 50/);
    const one = await desk.type("vera", "help destroy");
    expect(textIn(one.whispers[0])).toMatch(/--dry-run.*\/thopter destroy --mine --state idle/s);
    expect((await desk.type("vera", "help fly")).refused).toMatch(/there are help, provision/);
  });
});

describe("list", () => {
  it("shows one's own first in a table that people sort", async () => {
    const desk = await startDesk();
    await desk.rig.provision(ben, { name: "amber-falcon" });
    await desk.rig.provision(ann, { name: "jade-owl", labels: ["trial"] });
    const { whispers } = await desk.type("ann", "list");
    const shown = textIn(whispers[0]);
    expect(shown.indexOf("jade-owl")).toBeLessThan(shown.indexOf("amber-falcon"));
    expect(shown).toMatch(/2 thopters, 1 of them yours/);
    expect(whispers[0]?.blocks?.[0]?.type).toBe("data_table");
    for (const flags of ["--mine", "--label trial"]) {
      const some = await desk.type("ann", `list ${flags}`);
      expect(textIn(some.whispers[0])).not.toContain("amber-falcon");
    }
    const none = await desk.type("ann", "list --state crashed");
    expect(textIn(none.whispers[0])).toMatch(/No thopter fits \(in state crashed.*jade-owl/);
    const empty = await (await startDesk()).type("ann", "list");
    expect(textIn(empty.whispers[0])).toMatch(/There are no thopters/);
  });

  it("turns pages by button where they do not fit in one table", async () => {
    const desk = await startDesk({ maxThopters: 300 });
    for (let number = 100; number < 230; number += 1) {
      await desk.rig.fleet.provision(ann, {
        task: "x",
        repository: "o/r",
        name: `jade-owl-${number}`,
      });
    }
    const { whispers } = await desk.type("ann", "list");
    const next = await desk.press("ann", mustFind(whispers[0], "Next"));
    const last = await desk.press("ann", mustFind(next.replaced[0], "Next"));
    expect(buttonsIn(last.replaced[0]).has("Next")).toBe(false);
    const pages = [whispers[0], next.replaced[0], last.replaced[0]];
    const seen = pages.map(textIn).join();
    for (let number = 100; number < 230; number += 1) expect(seen).toContain(`owl-${number}`);
    const back = await desk.press("ann", mustFind(next.replaced[0], "Previous"));
    expect(textIn(back.replaced[0])).toContain("jade-owl-100");
    const old = await desk.press("ann", { id: "th:list", value: "nonsense" });
    expect(old.refused).toMatch(/too old/);
  });

  it("shows the one that is chosen from the menu below it", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "jade-owl" });
    const { whispers } = await desk.press("vera", { id: "th:show", value: id });
    expect(textIn(whispers[0])).toMatch(/jade-owl is ready.*mend the gate/s);
  });
});

describe("status", () => {
  it("says what runs, what waits and why, and what is to be decided", async () => {
    const desk = await startDesk();
    desk.rig.world.held.add("create");
    await desk.rig.provision(ann, { name: "amber-falcon" });
    await desk.rig.provision(ann, { name: "jade-owl" });
    await desk.type("ann", "destroy amber-falcon jade-owl");
    const { whispers } = await desk.type("ann", "status");
    const shown = textIn(whispers[0]);
    expect(shown).toMatch(/provision lane: 1 of 1 running, 1 queued/);
    expect(shown).toMatch(/Running\n• provision amber-falcon · step 1 of 2, create/);
    expect(shown).toMatch(/Waiting\n• provision jade-owl · It waits/);
    expect(shown).toMatch(/1 approval waits for a person, 1 of them for you/);
    await desk.press("ann", mustFind(whispers[0], "Show"));
    expect(desk.shownApprovals).toHaveLength(2);
    const again = await desk.press("ann", mustFind(whispers[0], "Refresh"));
    expect(textIn(again.replaced[0])).toMatch(/1 of 1 running/);
    const other = await desk.type("ben", "status");
    expect(buttonsIn(other.whispers[0]).has("Show")).toBe(false);
  });

  it("names machines that nobody knows", async () => {
    const world = createWorld();
    const tags = { hub: "hub-1", thopter: "t", operation: "o" };
    world.machines.set("m-x", { id: "m-x", name: "lost", status: "running", tags, createdAt: 1 });
    const desk = await startDesk({ world });
    const { whispers } = await desk.type("ann", "status");
    expect(textIn(whispers[0])).toMatch(/Machine lost \(m-x\) at local belongs to no thopter/);
  });

  it("shows one thopter with what can be done next", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon", ttlMs: 3_600_000 });
    const { whispers } = await desk.type("ann", "status amber-falcon");
    const labels = ["Screen", "Diff", "Tell…", "Keep it 2 h longer", "Destroy…"];
    expect([...buttonsIn(whispers[0]).keys()]).toEqual(labels);
    expect(textIn(whispers[0])).toMatch(/60 min left.*1 commit/s);
    desk.rig.world.held.add("create");
    await desk.rig.provision(ann, { name: "jade-owl" });
    const made = await desk.type("ann", "status jade-owl");
    expect(textIn(made.whispers[0])).toMatch(/provision jade-owl create\n.*create · 0.0 s/);
    expect([...buttonsIn(made.whispers[0]).keys()]).toEqual(["Cancel", "Destroy…"]);
    const implied = await desk.type("ann", "status", { threadThopter: id });
    expect(textIn(implied.whispers[0])).toContain("amber-falcon");
  });
});

describe("screen, log and diff", () => {
  it("go to whoever asks and may, and to nobody else", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon" });
    desk.rig.world.output = "installed all";
    for (const [what, words] of [
      ["screen", "a screen"],
      ["log", "installed all"],
      ["diff", "a diff"],
    ] as const) {
      const { whispers } = await desk.type("ann", `${what} amber-falcon`);
      expect(textIn(whispers[0])).toContain(words);
      expect(textIn(whispers[0])).toContain("Only you see this");
      const pressed = await desk.press("ada", { id: `th:${what}`, value: id });
      expect(textIn(pressed.whispers[0])).toContain(words);
      for (const who of ["ben", "vera"] as const) {
        const refusal = await desk.type(who, `${what} amber-falcon`);
        expect(refusal.refused).toMatch(/not yours/);
        expect(refusal.whispers).toEqual([]);
      }
    }
    expect(desk.followed).toEqual([]);
  });

  it("refreshes the screen in its place", async () => {
    const desk = await startDesk();
    await desk.rig.provision(ann, { name: "amber-falcon" });
    const { whispers } = await desk.type("ann", "screen amber-falcon");
    desk.rig.world.screen = "another";
    const { replaced } = await desk.press("ann", mustFind(whispers[0], "Refresh"));
    expect(textIn(replaced[0])).toContain("another");
  });

  it("bounds a text that has no end, and folds it away", async () => {
    const desk = await startDesk();
    await desk.rig.provision(ann, { name: "amber-falcon" });
    desk.rig.world.diff = `start ${"x".repeat(100_000)} end`;
    desk.rig.world.screen = `start ${"x".repeat(100_000)} end`;
    const diff = (await desk.type("ann", "diff amber-falcon")).whispers[0];
    expect(textIn(diff)).toMatch(/1 commit.*start x+…\n/s);
    expect(textIn(diff)).toContain("the beginning of it");
    expect(diff?.blocks?.some(({ type }) => type === "container")).toBe(true);
    const screen = (await desk.type("ann", "screen amber-falcon")).whispers[0];
    expect(textIn(screen)).toMatch(/…x+ end/);
  });
});

describe("text of others", () => {
  const hostile = "<!channel> <@U1> `a` *b* <https://evil.test|click>\n\u202e\u001b[2J @here";

  it("calls nobody, links nowhere and formats nothing", async () => {
    const desk = await startDesk();
    const task = `${hostile} ${"x".repeat(90_000)}`;
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon", task });
    Object.assign(desk.rig.world, { screen: hostile, diff: hostile, output: hostile });
    const question = { text: hostile, hash: "h1", choices: [hostile, "", "x".repeat(500)] };
    desk.rig.world.agentSays(`m-${id}`, "waiting", { question });
    desk.rig.world.unsaved.set(`m-${id}`, someUnsaved);
    await settle();
    const texts = ["screen", "log", "diff", "status", "answer"].map(
      (what) => `${what} amber-falcon`,
    );
    for (const text of [...texts, "list", "status"]) {
      const { whispers: shown, refused } = await desk.type("ann", text);
      expect(refused).toBeUndefined();
      expect(shown.flatMap(harmIn)).toEqual([]);
    }
    await desk.type("ann", `destroy amber-falcon --reason "${hostile}"`);
    const value = desk.shownApprovals[0] ?? "";
    const { replaced } = await desk.press("ann", { id: "th:deny", value });
    expect(replaced.flatMap(harmIn)).toEqual([]);
    expect(replaced[0]?.text).not.toMatch(/`a`|\*b\*/);
  });
});
