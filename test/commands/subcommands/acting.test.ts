import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Question } from "../../../src/core/thopter.ts";
import { settle } from "../../manual-clock.ts";
import { callers } from "../../fleet/rig.ts";
import { buttonsIn, mustFind, startDesk, textIn } from "../recording-ask.ts";
import type { Desk } from "../recording-ask.ts";

const { ann } = callers;

describe("cancel and retry", () => {
  it("cancels what is under way for a thopter, by name or operation", async () => {
    const desk = await startDesk();
    desk.rig.world.held.add("create");
    await desk.rig.provision(ann, { name: "amber-falcon" });
    await desk.rig.provision(ann, { name: "jade-owl" });
    const { whispers } = await desk.type("ann", "cancel jade-owl");
    expect(textIn(whispers[0])).toMatch(/provision of jade-owl is canceled/);
    const [first] = await desk.rig.store.list("operation");
    const running = await desk.type("ann", `cancel ${first?.id}`);
    expect(textIn(running.whispers[0])).toMatch(/amber-falcon is being canceled|is canceled/);
    const over = await desk.type("ann", "cancel jade-owl");
    expect(over.refused).toMatch(/already/);
  });

  it("asks again for what failed, and its card says the rest", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon" });
    desk.rig.world.faults.set("remove", new UserError("the machine is stuck"));
    const { whispers } = await desk.type("ann", "destroy amber-falcon");
    await desk.press("ann", mustFind(whispers[0], "Destroy"));
    desk.rig.world.faults.clear();
    await desk.type("ann", "retry", { threadThopter: id });
    expect(desk.followed).toHaveLength(2);
    expect(desk.rig.world.machines.size).toBe(0);
  });

  it("is for the owner and admins", async () => {
    const desk = await startDesk();
    desk.rig.world.held.add("create");
    await desk.rig.provision(ann, { name: "amber-falcon" });
    const [operation] = await desk.rig.store.list("operation");
    for (const id of ["th:cancel", "th:retry"]) {
      const value = operation?.id ?? "";
      expect((await desk.press("ben", { id, value })).refused).toMatch(/not yours/);
      expect((await desk.press("vera", { id, value })).refused).toMatch(/role "operator"/);
    }
    expect((await desk.type("ann", "cancel")).refused).toMatch(/which thopter/);
    expect((await desk.type("ann", "cancel 01ARZ3NDEKTSV4RRFFQ69G5FAV")).refused).toMatch(/Cannot/);
  });
});

describe("tell", () => {
  it("passes on the text as it was typed, and the thread's thopter is meant without a name", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon" });
    await desk.type("ann", "tell amber-falcon run  the tests, then stop --interrupt");
    await desk.type("ann", 'tell amber-falcon "!ls" --raw');
    await desk.type("ann", "tell go on please", { via: "mention", threadThopter: id });
    expect(desk.rig.world.told).toEqual([
      { text: "run  the tests, then stop", raw: false, interrupt: true },
      { text: "!ls", raw: true, interrupt: false },
      { text: "go on please", raw: false, interrupt: false },
    ]);
  });

  it("opens a form where there is nothing to tell", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon" });
    const { views } = await desk.press("ann", { id: "th:tell", value: id });
    expect((await desk.submit("ann", views[0], { text: " " })).errors).toEqual({
      text: "Say something.",
    });
    const { whispers } = await desk.submit("ann", views[0], { text: "hi", how: ["interrupt"] });
    expect(textIn(whispers[0])).toMatch(/Told amber-falcon, and interrupted/);
    expect(desk.rig.world.told).toEqual([{ text: "hi", raw: false, interrupt: true }]);
  });

  it("shows the question that has to be answered first", async () => {
    const desk = await asking();
    desk.rig.world.faults.set("tell", new UserError("it asks something", { code: "conflict" }));
    const { whispers } = await desk.type("ann", "tell amber-falcon hello");
    expect(textIn(whispers[0])).toMatch(/it asks something.*Overwrite it\?/s);
    expect(buttonsIn(whispers[0]).has("Yes")).toBe(true);
  });
});

async function asking(
  choices: string[] | undefined = ["Yes", "No"],
): Promise<Desk & { id: string }> {
  const desk = await startDesk();
  const { id } = await desk.rig.provision(ann, { name: "amber-falcon" });
  ask(desk, id, { text: "Overwrite it?", hash: "h1", ...(choices.length > 0 ? { choices } : {}) });
  await settle();
  return { ...desk, id };
}

function ask(desk: Desk, id: string, question: Question) {
  desk.rig.world.agentSays(`m-${id}`, "waiting", { question });
}

describe("answer", () => {
  it("shows the question with its choices, and a press answers it once and for all to see", async () => {
    const desk = await asking();
    const { whispers } = await desk.type("ann", "answer amber-falcon");
    expect(textIn(whispers[0])).toMatch(/which the hub cannot vouch for.*Overwrite it\?/s);
    const { replaced } = await desk.press("ann", mustFind(whispers[0], "No"));
    expect(textIn(replaced[0])).toMatch(/answered by <@UANN>: No/);
    expect(desk.rig.world.answered).toEqual([{ hash: "h1", text: "No" }]);
    expect(desk.answered).toMatchObject([{ thopterId: desk.id, hash: "h1", personId: "ann" }]);
  });

  it("answers nothing with the button of an older question, and shows the one that is open", async () => {
    const desk = await asking();
    const { whispers } = await desk.type("ann", "answer amber-falcon");
    ask(desk, desk.id, { text: "Delete all?", hash: "h2", choices: ["Yes", "No"] });
    await settle();
    const stale = await desk.press("ann", mustFind(whispers[0], "Yes"));
    expect(textIn(stale.whispers[0])).toMatch(/no longer open: nothing was answered/);
    expect(textIn(stale.whispers[1])).toContain("Delete all?");
    expect(stale.replaced).toEqual([]);
    expect(desk.rig.world.answered).toEqual([]);
  });

  it("takes a choice by its words or number, and refuses others", async () => {
    for (const typed of ["no", "2"]) {
      const desk = await asking();
      await desk.type("ann", `answer amber-falcon ${typed}`);
      expect(desk.rig.world.answered).toEqual([{ hash: "h1", text: "No" }]);
    }
    const desk = await asking();
    for (const typed of ["maybe", "3", "0"]) {
      const { refused } = await desk.type("ann", `answer amber-falcon ${typed}`);
      expect(refused).toMatch(/it offers 1\. Yes, 2\. No/);
    }
  });

  it("opens a form for words of one's own, bound to the question", async () => {
    const desk = await asking([]);
    const { whispers } = await desk.type("ann", "answer amber-falcon");
    const { views } = await desk.press("ann", mustFind(whispers[0], "Answer…"));
    expect(textIn(views[0])).toContain("Overwrite it?");
    expect((await desk.submit("ann", views[0], {})).errors).toBeDefined();
    ask(desk, desk.id, { text: "Delete all?", hash: "h2" });
    await settle();
    const late = await desk.submit("ann", views[0], { text: "sure" });
    expect(textIn(late.whispers[0])).toMatch(/nothing was answered/);
    expect(desk.rig.world.answered).toEqual([]);
  });

  it("offers many choices in the form", async () => {
    const choices = Array.from({ length: 30 }, (_, index) => `choice ${index}`);
    const desk = await asking(choices);
    const { whispers } = await desk.type("ann", "answer amber-falcon");
    const { views } = await desk.press("ann", mustFind(whispers[0], "Answer…"));
    await desk.submit("ann", views[0], { choice: "29" });
    expect(desk.rig.world.answered).toEqual([{ hash: "h1", text: "choice 29" }]);
  });

  it("takes several choices and words in the form, or typed", async () => {
    const desk = await asking();
    const choices = ["Apple", "Fig", "Plum"];
    const fruit = { text: "Which?", choices, several: true as const, words: "" };
    ask(desk, desk.id, { ...fruit, hash: "h3" });
    await settle();
    const { whispers } = await desk.type("ann", "answer amber-falcon");
    expect([...buttonsIn(whispers[0]).keys()]).not.toContain("Apple");
    expect(textIn(whispers[0])).toContain("1. Apple, 2. Fig and 3. Plum");
    const { views } = await desk.press("ann", mustFind(whispers[0], "Answer…"));
    expect((await desk.submit("ann", views[0], { choice: [] })).errors).toBeDefined();
    await desk.submit("ann", views[0], { choice: ["0", "2"], text: "a pear" });
    ask(desk, desk.id, { ...fruit, hash: "h4" });
    await settle();
    await desk.type("ann", "answer amber-falcon 3; fig; a pear");
    expect(desk.rig.world.answered).toEqual([
      { hash: "h3", text: "Apple; Plum; a pear" },
      { hash: "h4", text: "Fig; Plum; a pear" },
    ]);
  });

  it("takes words behind a refusal beside the buttons, and consent by them alone", async () => {
    const desk = await asking();
    const mayRefuse = { text: "May I?", choices: ["Yes", "No"], words: "No, " };
    ask(desk, desk.id, { ...mayRefuse, hash: "h3" });
    await settle();
    const { refused } = await desk.type("ann", "answer amber-falcon yes, do it");
    expect(refused).toMatch(
      /it offers 1\. Yes, 2\. No\. Give one .*or "No, " and words of your own/,
    );
    const { whispers } = await desk.type("ann", "answer amber-falcon");
    mustFind(whispers[0], "Yes");
    const { views } = await desk.press("ann", mustFind(whispers[0], "Answer…"));
    const both = await desk.submit("ann", views[0], { choice: "0", text: "use make" });
    expect(both.errors).toBeDefined();
    await desk.submit("ann", views[0], { text: "use make" });
    expect(desk.rig.world.answered).toEqual([{ hash: "h3", text: "No, use make" }]);
  });

  it("is for the owner and admins", async () => {
    const desk = await asking();
    const value = `${desk.id}|h1`;
    expect((await desk.press("ben", { id: "th:answer:0", value })).refused).toMatch(/not yours/);
    const shown = await desk.type("ben", "answer amber-falcon");
    expect(shown.refused).toMatch(/not yours/);
    expect(shown.whispers).toEqual([]);
    const other = await desk.type("ben", "status amber-falcon");
    expect(textIn(other.whispers[0])).not.toContain("Overwrite it?");
    expect(desk.rig.world.answered).toEqual([]);
  });
});

describe("pause and resume", () => {
  it("are for admins, and say what is paused", async () => {
    const desk = await startDesk();
    expect((await desk.type("ann", "pause provision")).refused).toMatch(/role "admin"/);
    expect((await desk.type("ada", "pause everything")).refused).toMatch(/"destroy" or "all"/);
    const { whispers } = await desk.type("ada", "pause provisions");
    expect(textIn(whispers[0])).toMatch(/Paused: provision lane/);
    const resumed = await desk.press("ada", mustFind(whispers[0], "Resume"));
    expect(textIn(resumed.whispers[0])).toBe("Nothing is paused.");
  });
});

describe("the end of a life", () => {
  it("is put off by the button, by its owner", async () => {
    const desk = await startDesk();
    const { id } = await desk.rig.provision(ann, { name: "amber-falcon", ttlMs: 3_600_000 });
    expect((await desk.press("ben", { id: "th:extend", value: id })).refused).toMatch(/not yours/);
    const { whispers } = await desk.press("ann", { id: "th:extend", value: id });
    expect(textIn(whispers[0])).toMatch(/lives on until .*2 h more|120 min more/);
    expect((await desk.rig.thopter(id)).expiresAt).toBe(desk.rig.clock.now() + 7_200_000);
  });
});

describe("claim", () => {
  it("links the account with a code that somebody made", async () => {
    const desk = await startDesk();
    const { code } = await desk.rig.fleet.createLinkCode(ann);
    const { whispers } = await desk.type("ben", `claim ${code}`);
    expect(textIn(whispers[0])).toMatch(/You are ann here.*operator/);
    expect(desk.rig.fleet.slackPeople.accountOf("ann")).toMatchObject({ userId: "UBEN" });
    expect((await desk.type("ben", "claim nonsense")).refused).toMatch(/Cannot/);
    expect((await desk.type("ben", "claim")).refused).toMatch(/claim <code>/);
  });
});
