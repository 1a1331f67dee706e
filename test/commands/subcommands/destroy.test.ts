import { describe, expect, it } from "vitest";
import { settle } from "../../manual-clock.ts";
import { callers } from "../../fleet/rig.ts";
import { someUnsaved } from "../../fleet/world.ts";
import { buttonsIn, mustFind, startDesk, textIn } from "../recording-ask.ts";
import { machines, provisioned } from "./provisioned.ts";

const { ann, ben } = callers;

describe("destroying one clean thopter of one's own", () => {
  it("shows it to the asker alone, and the button asks once more before it goes", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    const { whispers, refused } = await desk.type("ann", "destroy amber-falcon");
    expect(refused).toBeUndefined();
    expect(textIn(whispers[0])).toMatch(/amber-falcon.*ann.*ready.*nothing unsaved/s);
    const button = mustFind(whispers[0], "Destroy");
    expect(button).toMatchObject({ style: "danger", confirm: { style: "danger" } });
    expect(await machines(desk)).toBe(1);
    const pressed = await desk.press("ann", button);
    expect(textIn(pressed.replaced[0])).toBe("Destroying amber-falcon.");
    expect(desk.followed).toHaveLength(1);
    expect(await machines(desk)).toBe(0);
  });

  it("keeps it and takes the whisper away when asked to", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    const { whispers } = await desk.type("ann", "destroy amber-falcon");
    const pressed = await desk.press("ann", mustFind(whispers[0], "Keep"));
    expect(pressed.dismissed).toBe(true);
    expect(await machines(desk)).toBe(1);
  });

  it("says so when it is under way or gone already", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    const { whispers } = await desk.type("ann", "destroy amber-falcon");
    const button = mustFind(whispers[0], "Destroy");
    desk.rig.world.held.add("remove");
    await desk.press("ann", button);
    const second = await desk.press("ann", button);
    expect(textIn(second.replaced[0])).toBe("amber-falcon is being destroyed already.");
    desk.rig.world.release("remove");
    await settle();
    const third = await desk.press("ann", button);
    expect(textIn(third.replaced[0])).toBe("amber-falcon is gone already.");
    expect(desk.followed).toHaveLength(1);
  });

  it("asks for a decision when work came up after it was shown", async () => {
    const desk = await startDesk();
    const [id] = await provisioned(desk, ["amber-falcon"]);
    const { whispers } = await desk.type("ann", "destroy amber-falcon");
    desk.rig.world.unsaved.set(`m-${id}`, someUnsaved);
    const pressed = await desk.press("ann", mustFind(whispers[0], "Destroy"));
    expect(textIn(pressed.replaced[0])).toMatch(/has to be decided/);
    expect(desk.shownApprovals).toHaveLength(1);
    expect(await machines(desk)).toBe(1);
  });

  it("means the thread's thopter where none is named", async () => {
    const desk = await startDesk();
    const [id = ""] = await provisioned(desk, ["amber-falcon"]);
    const { whispers } = await desk.type("ann", "destroy", { via: "mention", threadThopter: id });
    expect(textIn(whispers[0])).toContain("amber-falcon");
  });
});

describe("destroying --all", () => {
  it("is never one press away, however few they are", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    const { whispers } = await desk.type("ann", "destroy --all");
    expect([...buttonsIn(whispers[0]).keys()]).toEqual(["Destroy 2…", "Keep"]);
    const { views } = await desk.press("ann", mustFind(whispers[0], "Destroy 2…"));
    const form = views.at(-1);
    expect(textIn(form)).toMatch(/amber-falcon.*jade-owl/s);
    await desk.submit("ann", form, { "count:2": "2" });
    expect(await machines(desk)).toBe(0);
    expect(desk.shownApprovals).toHaveLength(1);
  });

  it("has it decided anew when the facts changed after they were shown", async () => {
    const desk = await startDesk();
    const [id] = await provisioned(desk, ["amber-falcon", "jade-owl"]);
    const { whispers } = await desk.type("ann", "destroy --all");
    const { views } = await desk.press("ann", mustFind(whispers[0], "Destroy 2…"));
    desk.rig.world.unsaved.set(`m-${id}`, someUnsaved);
    await desk.submit("ann", views.at(-1), { "count:2": "2" });
    expect(desk.shownApprovals).toHaveLength(1);
    expect(await machines(desk)).toBe(2);
  });

  it("leaves the thopters of others to them", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    await provisioned(desk, ["jade-owl"], ben);
    const { whispers } = await desk.type("ann", "destroy --all");
    const { views } = await desk.press("ann", mustFind(whispers[0], "Destroy 2…"));
    await desk.submit("ann", views.at(-1), { "count:2": "2" });
    expect(await machines(desk)).toBe(2);
    const approval = await desk.rig.fleet.getApproval(ben, desk.shownApprovals[0] ?? "");
    expect(approval.mayDecide).toBe(true);
  });
});

describe("choosing what to destroy", () => {
  it("selects by state, age, label and repository", async () => {
    const desk = await startDesk();
    const [first = ""] = await provisioned(desk, ["amber-falcon"]);
    await desk.rig.clock.advance(3 * 86_400_000);
    await desk.rig.provision(ann, {
      name: "jade-owl",
      labels: ["trial"],
      repository: "owner/other",
    });
    desk.rig.world.agentSays(`m-${first}`, "idle", { since: desk.rig.clock.now() - 7_200_000 });
    await settle();
    for (const [flags, name] of [
      ["--state idle", "amber-falcon"],
      ["--older-than 2d", "amber-falcon"],
      ["--idle 2h", "amber-falcon"],
      ["--label trial", "jade-owl"],
      ["--repo other", "jade-owl"],
    ]) {
      const { whispers } = await desk.type("ann", `destroy --mine ${flags}`);
      const shown = textIn(whispers[0]);
      expect(shown).toContain(name);
      expect(shown).not.toContain(name === "jade-owl" ? "amber-falcon" : "jade-owl");
    }
    const none = await desk.type("ann", "destroy --mine --idle 3h");
    expect(textIn(none.whispers[0])).toMatch(
      /No thopter fits \(yours, idle for.*You have 2 thopters: amber-falcon \(idle/,
    );
  });

  it("only shows the plan for --dry-run", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    const { whispers } = await desk.type("ann", "destroy --mine --dry-run");
    expect(textIn(whispers[0])).toMatch(/Nothing was destroyed.*A person would have to decide/s);
    expect(buttonsIn(whispers[0]).size).toBe(0);
    expect(desk.shownApprovals).toEqual([]);
  });

  it("refuses names beside flags that select, unknown states and times", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    for (const [text, words] of [
      ["destroy amber-falcon --mine", /leave one out/],
      ["destroy --state sleepy", /say one of/],
      ["destroy --older-than soon", /give a time/],
      ["destroy white-whale", /Cannot find a thopter/],
    ] as const) {
      expect((await desk.type("ann", text)).refused).toMatch(words);
    }
  });

  it("refuses who may only look", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    expect((await desk.type("vera", "destroy amber-falcon")).refused).toMatch(/role "operator"/);
    const { views } = await desk.type("vera", "destroy");
    expect(textIn(views.at(-1))).toMatch(/role "operator"/);
  });

  it("asks the owner of another's thopter, never the asker", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"], ben);
    await desk.type("ann", "destroy amber-falcon --reason reviewed");
    const value = desk.shownApprovals[0] ?? "";
    expect((await desk.press("ann", { id: "th:approve", value })).refused).toMatch(/Cannot decide/);
    await desk.press("ben", { id: "th:approve", value });
    expect(await machines(desk)).toBe(0);
  });
});

describe("the form of destroy alone", () => {
  it("opens at once, then offers one's own first with age, state and unsaved work", async () => {
    const desk = await startDesk();
    const [id = ""] = await provisioned(desk, ["jade-owl"]);
    await provisioned(desk, ["amber-falcon"], ben);
    desk.rig.world.unsaved.set(`m-${id}`, someUnsaved);
    const { views } = await desk.type("ann", "destroy");
    expect(views).toHaveLength(2);
    expect(textIn(views[0])).toMatch(/Looking for unsaved work/);
    expect(textIn(views[1])).toMatch(
      /Yours\njade-owl\n.*unsaved: 2 commits, 1 file\nOf others\namber-falcon of ben\n.*nothing unsaved/,
    );
    const empty = await desk.submit("ann", views[1], { thopters: [] });
    expect(empty.errors).toMatchObject({ thopters: "Pick at least one." });
    await desk.submit("ann", views[1], { thopters: [id], reason: "done" });
    expect(desk.shownApprovals).toHaveLength(1);
  });

  it("is opened by a button after a mention", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["jade-owl"]);
    const { whispers } = await desk.type("ann", "destroy", { via: "mention" });
    const { views } = await desk.press("ann", mustFind(whispers[0], "Pick…"));
    expect(views).toHaveLength(2);
  });

  it("looks thopters up by what is typed where there are too many for a menu", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["jade-owl", "amber-falcon"]);
    expect(await desk.choices("ann", "th:thopters", "JADE")).toHaveLength(1);
    expect(await desk.choices("ann", "th:thopters", "")).toHaveLength(2);
  });
});
