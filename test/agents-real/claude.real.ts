import { describe, expect, it } from "vitest";
import { createClaudeAgent } from "../../src/agents/claude.ts";
import { UserError } from "../../src/core/errors.ts";
import { systemClock } from "../agents/command-session.ts";
import { signal } from "../providers/local/local-harness.ts";
import { apiKey, message, openClaudeThopter, soon, type ClaudeThopter } from "./claude-thopter.ts";

function answer({ agent, session }: ClaudeThopter, hash: string, text: string): Promise<void> {
  return agent.answer(session, { hash, text }, signal);
}

async function idle(thopter: ClaudeThopter): Promise<void> {
  await expect.poll(thopter.status, soon).toBe("idle");
}

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

describe("telling Claude Code", () => {
  it("loses no Enter, while it works or not", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("hold on");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold on");
    const texts = ["first", "second", "third", "fourth"];
    for (const text of texts) await thopter.tell(text);
    thopter.api.release();
    // What waits comes in one request, each text for itself.
    const last = () => thopter.api.requests.at(-1)?.body ?? "";
    for (const text of texts) await expect.poll(last, soon).toMatch(message(text));
    await idle(thopter);
    for (const text of texts) {
      await thopter.tell(text);
      await expect.poll(() => thopter.said().at(-1), soon).toBe(text);
    }
  });

  it.each([
    ["a command", "/clear", "> /clear"],
    ["a command behind blanks", " \u00a0 /clear", "> /clear"],
    ["a shell command", "!touch made.txt", "> !touch made.txt"],
    ["two lines", "one\n  two", "one\n  two"],
    ["a backslash at the end", "back\\", "back\\"],
    ["a file at the end", "look at @NOTES", "look at @NOTES"],
    ["a question mark", "?", "?"],
    ["a number sign", "# note", "# note"],
    ["much", `${"long ".repeat(1500)}end`, `${"long ".repeat(1500)}end`],
  ])("brings %s as a message", async (_what, text, heard) => {
    const thopter = await openClaudeThopter({ files: "touch NOTES.md" });
    await thopter.launch("hello");
    await idle(thopter);
    await thopter.tell(text);
    await expect.poll(() => thopter.said().at(-1), soon).toContain(heard);
    expect(await thopter.run("ls")).toBe("NOTES.md\n");
  });

  it("keeps a task from being a command", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("/exit");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("> /exit");
  });

  it("interrupts it, and what was interrupted does not come along", async () => {
    const thopter = await openClaudeThopter();
    await thopter.launch("hello");
    await idle(thopter);
    await thopter.tell("hold this\nand that");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold this\nand that");
    await thopter.tell("instead", { interrupt: true });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("instead");
    await idle(thopter);
    await thopter.tell("at rest", { interrupt: true });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("at rest");
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
