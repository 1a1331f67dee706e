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
const pretend = fileURLToPath(new URL("pretend-claude.mjs", import.meta.url));

type Asking = { question: string; labels: string[]; multiSelect?: true };
type Dialog = { questions: Asking[]; stray?: "deaf" | "late" | "other" | "missing" };

const fruit: Asking = { question: "Which fruits?", labels: ["Apple", "Fig"], multiSelect: true };
const color: Asking = { question: "Which color?", labels: ["Red", "Blue"] };

/** A pretend Claude Code that shows this dialog. */
async function asking({ questions, stray }: Dialog) {
  const { session, request, read, tmux } = openCommandSession();
  const program = join(session.places.home, "claude");
  const shown = questions.map(({ labels, ...rest }) => {
    return { ...rest, options: labels.map((label) => ({ label, description: "" })) };
  });
  const dialog = JSON.stringify({ questions: shown, stray });
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${pretend}' '${dialog}'\n`);
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
    const { screen, answer } = await asking({ questions: [color, fruit], stray: "other" });
    await expect.poll(screen, soon).toContain("Which planet?");
    const before = await screen();
    await expect(answer("Blue")).rejects.toThrow("does not show that question");
    expect(await screen()).toBe(before);
  });

  it("takes words that its row can show, and no longer ones", async () => {
    const { answer, heard } = await asking({ questions: [fruit] });
    await expect(answer("x".repeat(1501))).rejects.toThrow("at most 1500");
    expect(heard()).toBe("");
  });
});

function color2(): Asking {
  return { question: "Which other color?", labels: ["Red", "Blue"], multiSelect: true };
}
