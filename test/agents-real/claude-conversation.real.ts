import { describe, expect, it } from "vitest";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { message, openClaudeThopter } from "./claude-thopter.ts";

describe("Claude Code started again", () => {
  const word = "a-word-to-be-remembered";

  it("goes on with its conversation, be it idle, working, crashed, done or gone", async () => {
    const thopter = await openClaudeThopter();
    const { agent, session, api } = thopter;
    const socket = `${session.places.run}/tmux.sock`;
    await thopter.launch(word);
    await idle(thopter);
    const ends: [string, () => Promise<unknown>][] = [
      ["idle", async () => undefined],
      ["working", () => thopter.tell("hold on")],
      ["crashed", () => thopter.run(`kill -9 $(tmux -S ${socket} display -p -t %0 '#{pane_pid}')`)],
      ["done", () => thopter.tell("/exit", { raw: true })],
      ["gone", () => agent.stop(session, signal)],
    ];
    for (const [status, end] of ends) {
      await end();
      await expect.poll(thopter.status, soon).toBe(status);
      await thopter.restart(word);
      await idle(thopter);
      await thopter.tell(`after ${status}`);
      await expect.poll(() => thopter.said().at(-1), soon).toContain(`after ${status}`);
      // All that was said before comes along, and the task is not told once more.
      expect(api.requests.at(-1)?.body).toMatch(message(word));
      expect(thopter.said().filter((one) => one === word)).toHaveLength(1);
      await idle(thopter);
    }
    const { entries } = await thopter.transcript();
    const agentSaid = entries.filter(({ role }) => role === "agent").map(({ text }) => text);
    expect(agentSaid).toContain("Heard: after gone");
    expect(agentSaid).toContain(`Heard: ${word}`);
  });

  it("takes its task anew where its conversation is gone, or where it is to begin afresh", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("hello");
    await idle(thopter);
    await thopter.agent.stop(thopter.session, signal);
    await thopter.run("rm -r ~/.claude/projects");
    expect(await thopter.restart("hello once more")).toEqual({ conversation: "missing" });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hello once more");
    await idle(thopter);
    const afresh = await thopter.restart("hello afresh", { fresh: true });
    expect(afresh).toEqual({ conversation: "none" });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hello afresh");
    expect(thopter.api.requests.at(-1)?.body).not.toContain("hello once more");
  });

  it("has no question open that it asked before", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await thopter.launch("run touch made.txt");
    const { hash } = await thopter.question();
    await thopter.restart("run touch made.txt");
    await idle(thopter);
    await expect(
      thopter.agent.answer(thopter.session, { hash, text: "Yes" }, signal),
    ).rejects.toThrow("it asks nothing now");
    await thopter.tell("and now?");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("and now?");
  });
});

describe("what Claude Code said", () => {
  it("is its last message, also for a new watcher, and its transcript by pages", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("run echo made");
    const states = thopter.follow();
    await idle(thopter);
    await expect.poll(() => states.at(-1)?.lastMessage, soon).toMatch(/^Heard: Result: .*made/);
    await thopter.tell("well done");
    await expect.poll(() => states.at(-1)?.lastMessage, soon).toBe("Heard: well done");
    expect((await thopter.state()).lastMessage).toBe("Heard: well done");
    const { entries, before } = await thopter.transcript();
    expect(before).toBeUndefined();
    expect(entries.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      "person: run echo made",
      "agent: Running it",
      "tool: Bash: echo made",
      "tool: → made",
      expect.stringMatching(/^agent: Heard: Result/),
      "person: well done",
      "agent: Heard: well done",
    ]);
    for (const { at = 0 } of entries) expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    const newest = await thopter.transcript({ maxEntries: 2 });
    expect(newest.entries).toEqual(entries.slice(-2));
    const older = await thopter.transcript({ before: newest.before ?? "", maxEntries: 100 });
    expect(older.entries).toEqual(entries.slice(0, -2));
    expect(older.before).toBeUndefined();
  });
});
