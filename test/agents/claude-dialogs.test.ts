import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { createClaudeAgent } from "../../src/agents/claude.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Question } from "../../src/core/thopter.ts";
import { openCommandSession, systemClock } from "./command-session.ts";

const signal = () => new AbortController().signal;
const soon = { timeout: 20_000, interval: 100 };
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

type Asking = { question: string; labels: string[]; header?: string; multiSelect?: true };
type Dialog = { questions: Asking[]; stray?: "deaf" | "late" | "other" | "missing" };

const fruit: Asking = { question: "Which fruits?", labels: ["Apple", "Fig"], multiSelect: true };
const color: Asking = { question: "Which color?", labels: ["Red", "Blue"] };

/** A pretend Claude Code that shows this dialog. */
function asking({ questions, stray }: Dialog) {
  const shown = questions.map(({ labels, ...rest }) => {
    return { ...rest, options: labels.map((label) => ({ label, description: "" })) };
  });
  return openDialog("pretend-claude.mjs", JSON.stringify({ questions: shown, stray }));
}

async function openDialog(pretend: string, dialog: string) {
  const { session, request, read, tmux } = openCommandSession();
  const program = join(session.places.home, "claude");
  const command = `exec '${process.execPath}' '${pathOf(pretend)}' '${dialog}'`;
  writeFileSync(program, `#!/bin/sh\n${command}\n`);
  chmodSync(program, 0o755);
  const agent = createClaudeAgent({
    programs: [program],
    login: { ANTHROPIC_API_KEY: "sk-ant-a-key-0123456789abcdefghij" },
    permissions: "default",
    contained: false,
    clock: systemClock,
    idleAfterMs: 500,
  });
  await agent.launch(session, request, signal());
  const open = () =>
    vi.waitFor(async (): Promise<Question> => {
      const { question, status } = await agent.state(session, signal());
      if (question === undefined) throw new Error(`It is ${status} and asks nothing`);
      return question;
    }, soon);
  return {
    ...{ open, tmux, heard: () => read("heard") },
    screen: () => agent.screen(session, { history: false }, signal()),
    answer: async (text: string, hash?: string) => {
      const bound = hash ?? (await open()).hash;
      await agent.answer(session, { hash: bound, text }, signal());
    },
  };
}

describe("a dialog of questions", () => {
  it("is answered in turn, with several choices, one and words, and submitted once", async () => {
    const { open, answer, heard } = await asking({ questions: [fruit, color, color2()] });
    const first = await open();
    expect(first).toMatchObject({ text: "Which fruits? (1 of 3)", several: true, words: "" });
    await answer("fig");
    const second = await open();
    expect(second).toMatchObject({ text: "Which color? (2 of 3)", choices: ["Red", "Blue"] });
    await expect(answer("Red", first.hash)).rejects.toThrow("it asks something else now");
    await answer("Blue");
    expect(heard()).toBe("");
    await answer("as it was; really");
    await expect.poll(heard, soon).toBe("Fig\nBlue\nas it was; really\n");
    await expect(answer("Red", second.hash)).rejects.toThrow("it asks nothing now");
  });

  it("is answered where the first key after each drawing is lost", async () => {
    const { open, answer, heard } = await asking({ questions: [fruit, color], stray: "late" });
    await open();
    await answer("Fig");
    await answer("Blue");
    await expect.poll(heard, soon).toBe("Fig\nBlue\n");
  });

  it("is brought to what is answered, whatever was ticked before", async () => {
    const { open, tmux, answer, heard, screen } = await asking({ questions: [fruit] });
    await open();
    await tmux.press(["1"], signal());
    await expect.poll(screen, soon).toContain("1. [✔] Apple");
    await answer("Fig; figs of home");
    await expect.poll(heard, soon).toBe("Fig, figs of home\n");
  });

  it.each<["deaf" | "other" | "missing", string]>([
    ["deaf", "Apple"],
    ["other", "Apple; Fig"],
    ["missing", "Fig"],
  ])("is not submitted where its terminal is %s, and stays open", async (stray, text) => {
    const { open, answer, heard } = await asking({ questions: [fruit], stray });
    const { hash } = await open();
    const refused = answer(text, hash);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow("its terminal does not show that question");
    expect(heard()).toBe("");
    expect((await open()).hash).toBe(hash);
  });

  it("is touched by nothing while another question is shown", async () => {
    const { screen, answer } = await asking({
      questions: [
        { ...color, header: "A" },
        { ...fruit, header: "B" },
      ],
      stray: "other",
    });
    await expect.poll(screen, soon).toContain("Which planet?");
    const before = await screen();
    await expect(answer("Blue")).rejects.toThrow("does not show that question");
    expect(await screen()).toBe(before);
  });

  it("is answered by number where words would mean two choices", async () => {
    const labels = ["red", "RED", "red; RED", "Red\u200b"];
    const { open, answer, heard } = await asking({ questions: [{ ...fruit, labels }] });
    expect((await open()).choices).toEqual(["red", "RED", "red; RED", "Red"]);
    await expect(answer("rEd")).rejects.toThrow("its number, such as 2, or several by number");
    await expect(answer("red; RED; x")).rejects.toThrow("by number");
    await answer("#4; 2");
    await expect.poll(heard, soon).toBe("RED, Red\u200b\n");
  });

  it("is given room where its terminal hides the most of it, for that long", async () => {
    const labels = ["Apple", `Fig ${"of old ".repeat(40)}`.trim(), "Plum"];
    const scene = await asking({ questions: [{ ...fruit, labels }] });
    const { text } = await scene.open();
    expect(text).toContain(`2. ${labels[1]}`);
    const small = { columns: 40, rows: 8 };
    await scene.tmux.resize(small, signal());
    await expect.poll(scene.screen, soon).not.toContain("Which fruits?");
    await scene.answer("#2; and what is too long for a row of this terminal");
    await expect
      .poll(scene.heard, soon)
      .toBe(`${labels[1]}, and what is too long for a row of this terminal\n`);
    expect(await scene.tmux.size(signal())).toEqual(small);
  });

  it("begins anew where somebody half answered it", async () => {
    const tabs = [
      { ...color, header: "A" },
      { ...fruit, header: "B" },
      { ...color2(), header: "C" },
    ];
    const { open, tmux, answer, heard, screen } = await asking({ questions: tabs });
    await open();
    for (const key of ["1", "2", "Down", "Down", "x", "2", "and what is longer"])
      await tmux.press([key], signal());
    await expect.poll(screen, soon).toContain("❯ 3. [✔] x2and what is longer");
    await answer("Blue");
    await answer("Apple; my own");
    await tmux.press(["Left"], signal());
    await answer("2");
    await expect.poll(heard, soon).toBe("Blue\nApple, my own\nBlue\n");
  });

  it("takes words that its row can show, and no longer ones", async () => {
    const { answer, heard } = await asking({ questions: [fruit] });
    await expect(answer("x".repeat(1501))).rejects.toThrow("at most 1500");
    expect(heard()).toBe("");
  });
});

describe("the question whether to plan first", () => {
  it.each([
    ["0", "Yes", "Yes, enter plan mode"],
    ["1", "1", "Yes, enter plan mode"],
    ["0", "no", "No, start implementing now"],
  ])("is answered from row %s by %s", async (at, text, row) => {
    const { open, answer, heard } = await openDialog("pretend-plan.mjs", at);
    expect((await open()).choices).toEqual(["Yes", "No"]);
    await answer(text);
    await expect.poll(heard, soon).toBe(row);
  });
});

function color2(): Asking {
  return { question: "Which other color?", labels: ["Red", "Blue"], multiSelect: true };
}
