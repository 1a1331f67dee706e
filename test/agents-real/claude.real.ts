import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { apiKey, openClaudeThopter } from "./claude-thopter.ts";

describe("Claude Code in a thopter", () => {
  it("takes its task without any dialog, works and is idle", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("run echo made >made.txt");
    const states = thopter.follow();
    await idle(thopter);
    expect(await thopter.run("cat made.txt")).toBe("made\n");
    expect(thopter.api.requests[0]).toMatchObject({ login: apiKey });
    await thopter.tell("hold on");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold on");
    await expect.poll(() => states.at(-1)?.status, soon).toBe("working");
    expect(await thopter.status()).toBe("working");
    thopter.api.release();
    await expect.poll(() => states.at(-1)?.status, soon).toBe("idle");
    expect(states.map(({ status }) => status)).not.toContain("waiting");
  });

  it("starts with a long-lived token as well", async () => {
    const token = "sk-ant-oat01-of-no-use-anywhere";
    const thopter = await openClaudeThopter({ login: { CLAUDE_CODE_OAUTH_TOKEN: token } });
    await thopter.launch("hello");
    await idle(thopter);
    expect(thopter.api.requests[0]).toMatchObject({ login: `Bearer ${token}`, said: "hello" });
  });

  it("keeps its login off every command line", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("hold on");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold on");
    const lines = await thopter.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    expect(lines).toContain("claude-settings.json");
    expect(lines).not.toContain(apiKey);
    expect(await thopter.run("grep -rlF -- '" + apiKey + "' ~ /run/thopter || true")).toBe("");
  });

  it("reads the instructions of its clone and none of its settings", async () => {
    const hook = JSON.stringify({
      env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:9" },
      hooks: { SessionStart: [{ hooks: [{ type: "command", command: "touch hooked" }] }] },
    });
    const server = JSON.stringify({ mcpServers: { odd: { command: "cat" } } });
    const thopter = await openClaudeThopter({
      files: `mkdir .claude && echo '${hook}' >.claude/settings.json && echo '${server}' >.mcp.json && echo "Use tabs, says the clone" >CLAUDE.md`,
    });
    await thopter.launch("hello");
    await idle(thopter);
    expect(thopter.api.requests[0]?.body).toContain("Use tabs, says the clone");
    expect(await thopter.run("ls")).toBe("CLAUDE.md\n");
  });

  it("keeps what its home already holds", async () => {
    const thopter = await openClaudeThopter({
      files: `echo '{"theme":"light","projects":{"/other":{"odd":1}}}' >~/.claude.json && mkdir ~/.claude && echo mine >~/.claude/CLAUDE.md`,
    });
    await thopter.launch("hello");
    await idle(thopter);
    expect(thopter.api.requests[0]?.body).toContain("mine");
    expect(JSON.parse(await thopter.run("cat ~/.claude.json"))).toMatchObject({
      theme: "light",
      projects: { "/other": { odd: 1 } },
    });
  });

  it("is not made ready without a login or a program", async () => {
    const out = await openClaudeThopter({ login: {} });
    await expect(out.launch("hello")).rejects.toThrow(UserError);
    await expect(out.launch("hello")).rejects.toThrow("ANTHROPIC_API_KEY");
    const bare = await openClaudeThopter({ programs: ["/nowhere/claude"] });
    await expect(bare.launch("hello")).rejects.toThrow(UserError);
    await expect(bare.launch("hello")).rejects.toThrow("npm install");
    expect(await bare.status()).toBe("gone");
  });
});

describe("the end of Claude Code", () => {
  it("is seen past the usage limit, and it works on afterwards", async () => {
    const login = { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-of-no-use-anywhere" };
    const thopter = await openClaudeThopter({ login });
    await thopter.launch("limit");
    const states = thopter.follow();
    await expect.poll(thopter.status, soon).toBe("limited");
    await expect.poll(() => states.at(-1)?.limit, soon).toMatch(/limit .* resets \d/);
    const inOneHour = Date.now() + 3_600_000;
    const { resetsAt = 0 } = await thopter.state();
    // The words tell no seconds.
    expect(Math.abs(resetsAt - inOneHour)).toBeLessThan(3 * 60_000);
    await thopter.tell("better now?");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("better now?");
    await idle(thopter);
  });

  it("waits for a person when its login is refused", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("logout");
    await expect.poll(thopter.status, soon).toBe("waiting");
  });

  it("is crashed when it is killed, done when it leaves, gone with its session", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("hello");
    await idle(thopter);
    const states = thopter.follow();
    await thopter.tell("/exit", { raw: true });
    await expect.poll(() => states.at(-1)?.status, soon).toBe("done");
    await thopter.agent.stop(thopter.session, signal);
    await expect.poll(() => states.at(-1)?.status, soon).toBe("gone");
    await thopter.launch("hello again");
    await idle(thopter);
    const again = thopter.follow();
    const socket = `${thopter.session.places.run}/tmux.sock`;
    await thopter.run(`kill -9 $(tmux -S ${socket} display-message -p -t %0 '#{pane_pid}')`);
    await expect.poll(() => again.at(-1), soon).toMatchObject({ status: "crashed", exitCode: 137 });
    await thopter.launch("and again");
    await idle(thopter);
  });
});
