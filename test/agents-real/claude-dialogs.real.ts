import { describe, expect, it } from "vitest";
import type { ClaudePermissions } from "../../src/agents/claude-hooks.ts";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { openClaudeThopter, type ClaudeThopter } from "./claude-thopter.ts";

function ask(...questions: Record<string, unknown>[]): string {
  return `ask ${JSON.stringify(questions)}`;
}

function question(text: string, labels: readonly string[], extra: Record<string, unknown> = {}) {
  const options = labels.map((label) => ({ label, description: `It is ${label}` }));
  return { question: text, header: "Pick", multiSelect: false, options, ...extra };
}

const several = { multiSelect: true };
const color = question("Which color?", ["Red", "Blue"]);
const fruit = question("Which fruits do you want?", ["Apple", "Banana", "Cherry"], several);
const size = question("Which size?", ["Small", "Large"]);

async function give({ agent, session, ...rest }: ClaudeThopter, text: string): Promise<void> {
  const { hash } = await rest.question();
  await agent.answer(session, { hash, text }, signal);
}

async function heard({ said }: ClaudeThopter, words: RegExp): Promise<void> {
  await expect.poll(() => said().at(-1), soon).toMatch(words);
}

describe("a dialog of Claude Code", () => {
  it("takes several choices of one question, and words of one's own", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch(ask(fruit));
    const { text, choices, ...takes } = await thopter.question();
    expect({ text, choices }).toEqual({
      text: fruit.question,
      choices: ["Apple", "Banana", "Cherry"],
    });
    expect(takes).toMatchObject({ several: true, words: "" });
    // What someone ticked at the terminal is not what is answered.
    const socket = `${thopter.session.places.run}/tmux.sock`;
    await thopter.run(`tmux -S ${socket} send-keys -t %0 2`);
    await give(thopter, "cherry; Apple");
    await heard(thopter, /=\\"Apple, Cherry\\"/);
    await idle(thopter);
    await thopter.tell(ask(fruit));
    await give(thopter, "Banana; a /durian @home");
    await heard(thopter, /=\\"Banana, a \/durian @home\\"/);
    await idle(thopter);
  });

  it("asks several questions one after the other, each by its own hash", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch(ask(color, fruit, size));
    const first = await thopter.question();
    expect(first.text).toBe("Which color? (1 of 3)");
    await give(thopter, "Blue");
    expect(await thopter.question()).toMatchObject({
      text: expect.stringContaining("(2 of 3)") as string,
    });
    const late = thopter.agent.answer(thopter.session, { hash: first.hash, text: "Red" }, signal);
    await expect(late).rejects.toThrow("it asks something else now");
    await give(thopter, "Apple; Cherry");
    await give(thopter, "something in between");
    await heard(thopter, /=\\"Blue\\".*=\\"Apple, Cherry\\".*=\\"something in between\\"/);
    await idle(thopter);
  });

  it("takes words of one's own for a question, and a choice that has a preview", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch(ask(color));
    await give(thopter, "/green; or !ls");
    await heard(thopter, /=\\"\/green; or !ls\\"/);
    await idle(thopter);
    const options = ["Grid", "List"].map((label) => ({
      label,
      description: "",
      preview: `${label}:\n+--+`,
    }));
    await thopter.tell(ask({ ...color, options }));
    expect(await thopter.question()).not.toHaveProperty("words");
    await give(thopter, "List");
    await heard(thopter, /=\\"List\\"/);
    await idle(thopter);
  });

  it("tells what to do instead of what it asked to do", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await thopter.launch("run touch made.txt");
    await expect(give(thopter, "yes please")).rejects.toThrow("words of your own");
    await give(thopter, "No, /use make");
    await heard(thopter, /> \/use make/);
    await idle(thopter);
    expect(await thopter.run("ls")).toBe("");
  });

  const both = ["Approve", "Approve, and ask before each edit", "No"];
  it.each<{ permissions: ClaudePermissions; choices: string[]; answer: string; mode: string }>([
    { permissions: "default", choices: ["Approve", "No"], answer: "Approve", mode: "manual mode" },
    {
      permissions: "bypassPermissions",
      choices: both,
      answer: "approve",
      mode: "bypass permissions",
    },
    {
      ...{ permissions: "bypassPermissions", choices: both, mode: "manual mode" },
      answer: "approve, and ask before each edit",
    },
  ])("approves a plan: $permissions, $answer", async ({ permissions, choices, answer, mode }) => {
    const thopter = await openClaudeThopter({ permissions });
    await planned(thopter);
    const { text, choices: offered } = await thopter.question();
    expect(text).toContain("1. Yes, manually approve edits");
    expect(offered).toEqual(choices);
    await give(thopter, answer);
    await heard(thopter, /User has approved your plan/);
    await idle(thopter);
    expect(await thopter.screen()).toContain(`${mode} on`);
  });

  it("keeps planning, and is told what to change", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await planned(thopter);
    await give(thopter, "no: test first");
    await heard(thopter, /test first/);
    await idle(thopter);
    expect(await thopter.screen()).toContain("plan mode on");
  });
});

/** A plan that looks like the menu below it. */
async function planned(thopter: ClaudeThopter): Promise<void> {
  await thopter.launch("begin planning");
  await heard(thopter, /Entered plan mode/);
  await idle(thopter);
  const plan = "# All of it\n\n❯ 1. Yes, manually approve edits\n\nThen it is done.";
  await thopter.tell(`plan ${JSON.stringify(plan)}`);
  await heard(thopter, /File created/);
  await idle(thopter);
  await thopter.tell("end planning");
}
