import { describe, expect, it, vi } from "vitest";
import { createCodexAgent } from "../../src/agents/codex.ts";
import { UserError } from "../../src/core/errors.ts";
import { systemClock } from "../agents/command-session.ts";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { apiKey, openCodexThopter, type CodexThopter } from "./codex-thopter.ts";

function answer({ agent, session }: CodexThopter, hash: string, text: string): Promise<void> {
  return agent.answer(session, { hash, text }, signal);
}

describe("Codex in a thopter", () => {
  it("takes its task without any dialog, works and is idle", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("run echo made >made.txt");
    const states = thopter.follow();
    await idle(thopter);
    expect(await thopter.run("cat made.txt")).toBe("made\n");
    expect(thopter.api.requests[0]).toMatchObject({ login: `Bearer ${apiKey}` });
    await thopter.tell("hold on");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold on");
    await expect.poll(() => states.at(-1)?.status, soon).toBe("working");
    expect(await thopter.status()).toBe("working");
    thopter.api.release();
    await expect.poll(() => states.at(-1)?.status, soon).toBe("idle");
    expect(states.map(({ status }) => status)).not.toContain("waiting");
  });

  it("keeps its login off every command line and out of every file", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("run echo key: $OPENAI_API_KEY >made.txt");
    await idle(thopter);
    expect(await thopter.run("cat made.txt")).toBe("key:\n");
    await thopter.tell("hold on");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold on");
    const lines = await thopter.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    expect(lines).toContain("model_provider");
    expect(lines).not.toContain(apiKey);
    expect(await thopter.run(`grep -rlF -- '${apiKey}' ~ /run/thopter || true`)).toBe("");
  });

  it("is led to the instructions of its clone, and runs none of its settings", async () => {
    const hook = JSON.stringify({
      hooks: { SessionStart: [{ hooks: [{ type: "command", command: "touch hooked" }] }] },
    });
    const server = `[mcp_servers.odd]\\ncommand = "touch"\\nargs = ["served"]\\n`;
    const thopter = await openCodexThopter({
      files: `mkdir .codex && echo '${hook}' >.codex/hooks.json && printf '${server}' >.codex/config.toml && echo tabs >AGENTS.md`,
    });
    await thopter.launch("hello");
    await idle(thopter);
    expect(thopter.api.requests[0]?.body).toContain("read the file AGENTS.md");
    expect(await thopter.run("ls")).toBe("AGENTS.md\n");
  });

  it("keeps what its home already holds", async () => {
    const thopter = await openCodexThopter({
      files: `mkdir ~/.codex && echo mine, says the home >~/.codex/AGENTS.md && echo 'model_verbosity = "low"' >~/.codex/config.toml`,
    });
    await thopter.launch("hello");
    await idle(thopter);
    expect(thopter.api.requests[0]?.body).toContain("mine, says the home");
    expect(await thopter.run("cat ~/.codex/config.toml")).toContain('model_verbosity = "low"');
  });

  it("is not made ready without a login or a program", async () => {
    const out = await openCodexThopter({ login: {} });
    await expect(out.launch("hello")).rejects.toThrow(UserError);
    await expect(out.launch("hello")).rejects.toThrow("OPENAI_API_KEY");
    const bare = await openCodexThopter({ programs: ["/nowhere/codex"] });
    await expect(bare.launch("hello")).rejects.toThrow(UserError);
    await expect(bare.launch("hello")).rejects.toThrow("npm install");
    expect(await bare.status()).toBe("gone");
  });
});

describe("what Codex asks", () => {
  it("is shown, kept over a new watcher, and answered once", async () => {
    const thopter = await openCodexThopter({ permissions: "workspace-write" });
    await thopter.launch("ask echo made >made.txt");
    const states = thopter.follow();
    const question = await thopter.question();
    expect(question.text).toContain("echo made >made.txt (It has to)");
    expect(question.choices).toEqual(["Yes", "No"]);
    await expect(thopter.tell("go on")).rejects.toThrow(UserError);
    await expect.poll(() => states.at(-1)?.question?.hash, soon).toBe(question.hash);
    const agent = createCodexAgent({
      ...{ programs: [], login: {}, permissions: "workspace-write" },
      ...{ clock: systemClock, idleAfterMs: 1500 },
    });
    const later = { ...thopter, agent };
    expect((await agent.state(thopter.session, signal)).question).toEqual(question);
    await answer(later, question.hash, "Yes");
    await expect.poll(() => thopter.run("cat made.txt"), soon).toBe("made\n");
    await expect.poll(() => states.at(-1)?.status, soon).toBe("idle");
    await expect(answer(later, question.hash, "Yes")).rejects.toThrow("it asks nothing now");
  });

  it("is denied by No, and it goes on with the next tell", async () => {
    const thopter = await openCodexThopter({ permissions: "workspace-write" });
    await thopter.launch("ask touch made.txt");
    const { hash } = await thopter.question();
    await answer(thopter, hash, "No");
    await idle(thopter);
    expect(await thopter.run("ls")).toBe("");
    await thopter.tell("and now?");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("and now?");
  });

  it("is closed when someone answers at the terminal", async () => {
    const thopter = await openCodexThopter({ permissions: "workspace-write" });
    await thopter.launch("ask touch made.txt");
    const { hash } = await thopter.question();
    const socket = `${thopter.session.places.run}/tmux.sock`;
    await thopter.run(`tmux -S ${socket} send-keys -t %0 Escape`);
    await idle(thopter);
    await expect(answer(thopter, hash, "Yes")).rejects.toThrow("it asks nothing now");
  });

  it("names the file where its question is too long to be reported", async () => {
    const thopter = await openCodexThopter({ permissions: "read-only" });
    await thopter.launch("write long.txt");
    const { hash, text } = await thopter.question();
    expect(text).toContain("Add File: long.txt");
    await answer(thopter, hash, "Yes");
    await expect.poll(() => thopter.run("wc -l <long.txt"), soon).toMatch(/2000\n$/);
  });
});

describe("the end of Codex", () => {
  it("is seen past the usage limit, and it works on afterwards", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("limit");
    const states = thopter.follow();
    await expect.poll(thopter.status, soon).toBe("limited");
    await expect.poll(() => states.at(-1)?.limit, soon).toMatch(/usage limit.* try again at .*\d/);
    await thopter.tell("better now?");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("better now?");
    await idle(thopter);
  });
});

describe("starting Codex again", () => {
  it("goes on with its conversation, without a word of its own", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("first words");
    await idle(thopter);
    const { agent, session, api } = thopter;
    expect(await thopter.restart("first words")).toEqual({ conversation: "resumed" });
    await idle(thopter);
    const count = api.requests.length;
    await expect.poll(thopter.screen, soon).toContain("Heard: first words");
    expect(api.requests).toHaveLength(count);
    await vi.waitFor(() => thopter.tell("and then"), soon);
    await expect.poll(() => thopter.said().at(-1), soon).toBe("and then");
    expect(api.requests.at(-1)?.body).toContain("first words");
    await idle(thopter);
    const page = await agent.transcript(session, { maxBytes: 10_000 }, signal);
    expect(page.entries.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      ...["person: first words", "agent: Heard: first words"],
      ...["person: and then", "agent: Heard: and then"],
    ]);
  });

  it("takes its task anew where its conversation is gone, or where it is to begin afresh", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("first words");
    await idle(thopter);
    expect(await thopter.restart("second words", { fresh: true })).toEqual({
      conversation: "none",
    });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("second words");
    expect(thopter.api.requests.at(-1)?.body).not.toContain("first words");
    await idle(thopter);
    await thopter.run("rm -r ~/.codex/sessions");
    expect(await thopter.restart("third words")).toEqual({ conversation: "missing" });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("third words");
    await idle(thopter);
  });
});
