import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createClaudeAgent, type ClaudeAgentOptions } from "../../src/agents/claude.ts";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import { systemClock } from "./command-session.ts";
import { describePlayedContract, openPlayed, playAgent } from "./played-agent.ts";

const signal = () => new AbortController().signal;
const apiKey = "sk-ant-a-key-0123456789abcdefghij";

const listener = playAgent(`report '{"status":"working"}'
mkdir -p "$HOME/.claude/projects/-clone"
printf '{"type":"assistant","message":{"content":"ready"}}\\n' \
  >>"$HOME/.claude/projects/-clone/0a1b2c3d-0000-4000-8000-00000000000a.jsonl"`);

function open() {
  return openPlayed<Partial<ClaudeAgentOptions>>("claude", (programs, wish) =>
    createClaudeAgent({
      programs,
      login: { ANTHROPIC_API_KEY: apiKey },
      permissions: "default",
      contained: false,
      clock: systemClock,
      idleAfterMs: 500,
      ...wish,
    }),
  );
}

describePlayedContract("claude agent", { open, script: listener, kept: (text) => `> ${text}` });

describe("launching Claude Code", () => {
  const soon = { timeout: 12_000, interval: 100 };

  it("hands it the task, the login and its settings, and none of them to a command line", async () => {
    const { session, request, read, agentOf } = open();
    const agent = agentOf(
      '#!/bin/sh\nprintf "%s|" "$@" "$ANTHROPIC_API_KEY" "${IS_SANDBOX-}" >out',
    );
    const task = `-h "it's" $HOME\nand more`;
    await agent.launch(session, { ...request, task }, signal());
    const { run } = session.places;
    const settings = join(run, "claude-settings.json");
    const options = ["--setting-sources", "user", "--settings", settings, "--", task, apiKey, ""];
    await expect.poll(() => read("out"), soon).toBe(`${options.join("|")}|`);
    const state: unknown = JSON.parse(
      readFileSync(join(session.places.home, ".claude.json"), "utf8"),
    );
    expect(state).toMatchObject({
      hasCompletedOnboarding: true,
      resumeReturnDismissed: true,
      customApiKeyResponses: { approved: [apiKey.slice(-20)] },
      projects: { [session.repositoryPath]: { hasTrustDialogAccepted: true } },
    });
    for (const file of [settings, join(run, "agent.sh")]) {
      expect(readFileSync(file, "utf8")).not.toContain(apiKey);
    }
  });

  it("hands it no task but its conversation when it is started again", async () => {
    const { session, request, read, agentOf } = open();
    const id = "0a1b2c3d-0000-4000-8000-0000000000";
    const record = '#!/bin/sh\nprintf "%s|" "$@" "$ANTHROPIC_API_KEY" "$GREETING" >out';
    const agent = agentOf(record);
    const last = () => read("out").split("|").slice(-5).join("|");
    await agent.restart(session, request, signal());
    await expect.poll(last, soon).toBe(`--|${request.task.trim()}|${apiKey}|hello|`);
    const directory = join(session.places.home, ".claude/projects/-clone");
    mkdirSync(directory, { recursive: true });
    const said = '{"type":"user","message":{"content":"hello"}}\n';
    writeFileSync(join(directory, `${id}01.jsonl`), said);
    await agent.restart(session, request, signal());
    await expect.poll(last, soon).toBe(`--resume|${id}01|${apiKey}|hello|`);
    // The newest is not the one that its hooks told of.
    writeFileSync(join(directory, `${id}02.jsonl`), said);
    const told = { status: "idle", conversation: `${id}01` };
    writeFileSync(join(session.places.run, "reports"), `${JSON.stringify(told)}\n`);
    writeFileSync(join(session.repositoryPath, "out"), "");
    expect(await agent.restart(session, request, signal())).toEqual({ conversation: "resumed" });
    await expect.poll(last, soon).toBe(`--resume|${id}01|${apiKey}|hello|`);
    const anew = `--|${request.task.trim()}|${apiKey}|hello|`;
    const fresh = await agent.restart(session, { ...request, fresh: true }, signal());
    expect(fresh).toEqual({ conversation: "none" });
    await expect.poll(last, soon).toBe(anew);
    // Another one that is there is not the one that it had.
    rmSync(join(directory, `${id}01.jsonl`));
    writeFileSync(join(session.repositoryPath, "out"), "");
    expect(await agent.restart(session, request, signal())).toEqual({ conversation: "missing" });
    await expect.poll(last, soon).toBe(anew);
  });

  it("ends nothing that it could not start again", async () => {
    const { session, request, read, agentOf } = open();
    const agent = agentOf(listener);
    await agent.launch(session, request, signal());
    await agent.verify(session, signal());
    const out = agentOf(listener, { login: {} }).restart(session, request, signal());
    await expect(out).rejects.toThrow("ANTHROPIC_API_KEY");
    await agent.tell(session, { text: "alive?", raw: false, interrupt: false }, signal());
    await expect.poll(() => read("heard"), soon).toBe("alive?\n");
  });

  it("keeps what its home says already, and says each thing once", async () => {
    const { session, request, agentOf } = open();
    const path = join(session.places.home, ".claude.json");
    const before = { theme: "light", userID: "x", customApiKeyResponses: { approved: ["other"] } };
    writeFileSync(path, JSON.stringify(before));
    for (const script of ["#!/bin/sh\nexit 1", "#!/bin/sh\nexit 2"]) {
      const agent = agentOf(script);
      await agent.launch(session, request, signal());
      await expect
        .poll(async () => (await agent.state(session, signal())).status, soon)
        .toBe("crashed");
    }
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      theme: "light",
      userID: "x",
      customApiKeyResponses: { approved: ["other", apiKey.slice(-20)] },
    });
    const instructions = readFileSync(join(session.places.home, ".claude/CLAUDE.md"), "utf8");
    expect(instructions).toBe(`\n@${session.repositoryPath}/CLAUDE.md\n`);
  });

  it("lets it read a task that is too long for a command line", async () => {
    const { session, request, read, agentOf } = open();
    const agent = agentOf('#!/bin/sh\nfor last; do :; done; printf %s "$last" >out');
    await agent.launch(session, { ...request, task: "ü".repeat(70_000) }, signal());
    await expect.poll(() => read("out"), soon).toContain(request.taskFile);
  });

  it.each([
    ["a login", { login: {} }, "ANTHROPIC_API_KEY"],
    ["a program", { programs: ["/nowhere/claude", "no-such-claude"] }, "npm install"],
  ])("says what to do without %s, before it makes anything", async (_what, wish, words) => {
    const { session, request, agentOf } = open();
    const launched = agentOf(listener, wish).launch(session, request, signal());
    await expect(launched).rejects.toThrow(UserError);
    await expect(launched).rejects.toThrow(words);
    expect(existsSync(join(session.places.home, ".claude.json"))).toBe(false);
  });

  it.each([
    [
      "asks something first",
      "printf 'Trust it?\\n ❯ 1. Yes\\n Enter to confirm'",
      "asks something",
    ],
    ["takes no task", "echo hello", "does not take its task"],
  ])("does not verify one that %s", async (_what, script, words) => {
    const { session, request, agentOf } = open();
    const agent = agentOf(`#!/bin/sh\n${script}; exec sleep 300`, { taskMs: 4000 });
    await agent.launch(session, request, signal());
    const verified = agent.verify(session, signal());
    await expect(verified).rejects.toThrow(ProviderError);
    await expect(verified).rejects.toThrow(words);
  });

  it("is told nothing while its terminal shows a dialog that nobody reported", async () => {
    const { session, request, agentOf } = open();
    const dialog = "printf 'Which model?\\n ❯ 1. This\\n Esc to cancel'";
    const agent = agentOf(`#!/bin/sh\n${dialog}; exec sleep 300`);
    await agent.launch(session, request, signal());
    await expect
      .poll(async () => (await agent.state(session, signal())).status, soon)
      .toBe("waiting");
    const told = agent.tell(session, { text: "1", raw: true, interrupt: true }, signal());
    await expect(told).rejects.toThrow(UserError);
    await expect(told).rejects.toThrow('Cannot tell the agent "claude" anything');
  });
});
