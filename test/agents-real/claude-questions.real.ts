import { describe, expect, it } from "vitest";
import { createClaudeAgent } from "../../src/agents/claude.ts";
import { UserError } from "../../src/core/errors.ts";
import { systemClock } from "../agents/command-session.ts";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { openClaudeThopter, type ClaudeThopter } from "./claude-thopter.ts";

function answer({ agent, session }: ClaudeThopter, hash: string, text: string): Promise<void> {
  return agent.answer(session, { hash, text }, signal);
}

describe("what Claude Code asks", () => {
  it("is shown, kept over a new watcher, and answered once", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await thopter.launch("run echo made >made.txt");
    const states = thopter.follow();
    const question = await thopter.question();
    expect(question.text).toContain("echo made >made.txt");
    expect(question.choices).toEqual(["Yes", "No"]);
    await expect(thopter.tell("go on")).rejects.toThrow(UserError);
    await expect.poll(() => states.at(-1)?.question?.hash, soon).toBe(question.hash);
    const agent = createClaudeAgent({
      ...{ programs: [], login: {}, permissions: "default", contained: true },
      ...{ clock: systemClock, idleAfterMs: 1500 },
    });
    const later = { ...thopter, agent };
    // After a quiet time the screen is looked at as well.
    const socket = `${thopter.session.places.run}/tmux.sock`;
    const show = `tmux -S ${socket} display-message -p -t %0 '%s - #{window_activity}'`;
    const quietSeconds = async () => Number(await thopter.run(`echo $(($(${show})))`));
    await expect.poll(quietSeconds, soon).toBeGreaterThan(3);
    expect((await agent.state(thopter.session, signal)).question).toEqual(question);
    await answer(later, question.hash, "Yes");
    await expect.poll(() => thopter.run("cat made.txt"), soon).toBe("made\n");
    await expect.poll(() => states.at(-1)?.status, soon).toBe("idle");
    await expect(answer(later, question.hash, "Yes")).rejects.toThrow("it asks nothing now");
  });

  it("is denied by No, and it goes on with the next tell", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await thopter.launch("run touch made.txt");
    const { hash } = await thopter.question();
    await answer(thopter, hash, "No");
    await idle(thopter);
    expect(await thopter.run("ls")).toBe("");
    await thopter.tell("and now?");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("and now?");
  });

  it("is closed when someone answers at the terminal", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await thopter.launch("run touch made.txt");
    const { hash } = await thopter.question();
    const socket = `${thopter.session.places.run}/tmux.sock`;
    await thopter.run(`tmux -S ${socket} send-keys -t %0 Escape`);
    await idle(thopter);
    await expect(answer(thopter, hash, "Yes")).rejects.toThrow("it asks nothing now");
  });

  it("offers the choices of its own question", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("choose Which color? Red or Blue");
    const { hash, text, choices } = await thopter.question();
    expect({ text, choices }).toEqual({ text: "Which color?", choices: ["Red", "Blue"] });
    await answer(thopter, hash, "Blue");
    await expect.poll(() => thopter.said().at(-1), soon).toMatch(/Which color.*Blue/s);
    await idle(thopter);
  });

  it("names the file where its question is too long to be reported", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    const path = `${thopter.session.repositoryPath}/long.txt`;
    await thopter.launch(`write ${path}`);
    const { hash, text } = await thopter.question();
    expect(text).toContain(`Write: {"file_path":"${path}"`);
    await answer(thopter, hash, "Yes");
    await expect.poll(() => thopter.run("wc -l <long.txt"), soon).toMatch(/2000\n$/);
  });
});
