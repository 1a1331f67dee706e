import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCodexAgent, type CodexAgentOptions } from "../../src/agents/codex.ts";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import type { Agent, LaunchRequest } from "../../src/core/ports/agent.ts";
import { systemClock } from "./command-session.ts";
import { describePlayedContract, openPlayed, playAgent } from "./played-agent.ts";

const signal = () => new AbortController().signal;
const apiKey = "sk-a-key-0123456789abcdefghij";

const listener = playAgent(`id=0a1b2c3d-0000-4000-8000-00000000000a
report "{\\"status\\":\\"working\\",\\"conversation\\":\\"$id\\"}"
kept="$HOME/.codex/sessions/2026/11/21"
mkdir -p "$kept"
printf '{"type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"ready"}]}}\\n' \\
  >>"$kept/rollout-2026-11-21T18-34-29-$id.jsonl"`);

function open() {
  return openPlayed<Partial<CodexAgentOptions>>("codex", (programs, wish) =>
    createCodexAgent({
      programs,
      login: { OPENAI_API_KEY: apiKey },
      permissions: "workspace-write",
      clock: systemClock,
      idleAfterMs: 500,
      ...wish,
    }),
  );
}

describePlayedContract("codex agent", { open, script: listener });

describe("launching Codex", () => {
  const soon = { timeout: 12_000, interval: 100 };

  it("hands it the task, the login and its settings, and no login to a command line", async () => {
    const { session, request, read, agentOf } = open();
    const agent = agentOf('#!/bin/sh\nprintf "%s|" "$@" "$OPENAI_API_KEY" >out');
    const task = `-h "it's" $HOME\nand more`;
    await agent.launch(session, { ...request, task }, signal());
    await expect.poll(() => read("out"), soon).toContain(`|--|${task}|${apiKey}|`);
    const words = read("out").split("|");
    expect(words).toContain(
      `projects={${JSON.stringify(session.repositoryPath)}={trust_level="untrusted"}}`,
    );
    expect(words.slice(0, words.indexOf("--")).join(" ")).not.toContain(apiKey);
    const { run } = session.places;
    for (const file of ["agent.sh", "codex-hook.sh", "codex-task"]) {
      expect(readFileSync(join(run, file), "utf8")).not.toContain(apiKey);
    }
    expect(existsSync(join(session.places.home, ".codex"))).toBe(false);
  });

  it("hands it no task but its conversation when it is started again", async () => {
    const { session, request, read, agentOf } = open();
    const agent = agentOf('#!/bin/sh\nprintf "%s|" "$@" "$OPENAI_API_KEY" >out');
    const id = "0a1b2c3d-0000-4000-8000-000000000001";
    const told = { status: "idle", conversation: id };
    const last = () => read("out").split("|").slice(-4).join("|");
    await agent.restart(session, request, signal());
    await expect.poll(last, soon).toBe(`--|Do it.|${apiKey}|`);
    writeFileSync(join(session.places.run, "reports"), `${JSON.stringify(told)}\n`);
    writeFileSync(join(session.repositoryPath, "out"), "");
    // What it reported is not there: it begins with its task again.
    expect(await agent.restart(session, request, signal())).toEqual({ conversation: "missing" });
    await expect.poll(last, soon).toBe(`--|Do it.|${apiKey}|`);
    const kept = join(session.places.home, ".codex/sessions/2026/11/21");
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, `rollout-2026-11-21T18-34-29-${id}.jsonl`), "{}\n");
    expect(await agent.restart(session, request, signal())).toEqual({ conversation: "resumed" });
    await expect.poll(last, soon).toBe(`resume|${id}|${apiKey}|`);
    const fresh = await agent.restart(session, { ...request, fresh: true }, signal());
    expect(fresh).toEqual({ conversation: "none" });
    await expect.poll(last, soon).toBe(`--|Do it.|${apiKey}|`);
  });

  it.each<[string, Pick<CodexAgentOptions, "login">, Partial<LaunchRequest>]>([
    ["where it is given none", { login: {} }, {}],
    ["of its identity, before the hub's", { login: { OPENAI_API_KEY: apiKey } }, { login: {} }],
  ])("leaves a home its own login %s", async (_what, wish, identity) => {
    const { session, request: plain, read, agentOf } = open();
    const request = { ...plain, ...identity };
    const agent = agentOf('#!/bin/sh\nprintf "%s|" "$@" "${OPENAI_API_KEY-none}" >out', wish);
    mkdirSync(join(session.places.home, ".codex"));
    writeFileSync(join(session.places.home, ".codex", "auth.json"), "{}");
    await agent.launch(session, request, signal());
    await expect.poll(() => read("out"), soon).toMatch(/\|none\|$/);
    expect(read("out")).not.toContain("model_provider");
  });

  it("lets it read a task that is too long for a command line", async () => {
    const { session, request, read, agentOf } = open();
    const agent = agentOf('#!/bin/sh\nfor last; do :; done; printf %s "$last" >out');
    await agent.launch(session, { ...request, task: "ü".repeat(70_000) }, signal());
    await expect.poll(() => read("out"), soon).toContain(request.taskFile);
  });

  it.each([
    ["a login", { login: {} }, "OPENAI_API_KEY"],
    ["a program", { programs: ["/nowhere/codex", "no-such-codex"] }, "npm install"],
  ])("says what to do without %s, before it makes anything", async (_what, wish, words) => {
    const { session, request, agentOf } = open();
    const launched = agentOf(listener, wish).launch(session, request, signal());
    await expect(launched).rejects.toThrow(UserError);
    await expect(launched).rejects.toThrow(words);
    expect(existsSync(join(session.places.run, "codex-hook.sh"))).toBe(false);
  });

  it.each<[string, keyof Pick<Agent, "verify" | "state">]>([
    ["verifies it then", "verify"],
    ["does so for whoever looks after a hub has died", "state"],
  ])("opens the folder that it asks about, and %s", async (_what, look) => {
    const { session, request, agentOf } = open();
    const asks =
      "printf 'Folder access\\n\\n\\342\\200\\272 1. Open restricted\\n  2. Back\\n\\nenter continue \\302\\267 esc back\\n'";
    const agent = agentOf(`#!/bin/sh\n${asks}; read -r line; clear\n${listener}`);
    await agent.launch(session, request, signal());
    const show = async () => {
      await agent[look](session, signal());
      return agent.screen(session, { history: false }, signal());
    };
    await expect.poll(show, soon).toContain("ready");
  });

  it.each([
    [
      "asks something else first",
      "printf 'Trust it?\\n\\342\\200\\272 1. Yes\\n Press enter to confirm or esc to cancel'",
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

  it("says of a limit that only its terminal shows", async () => {
    const { session, request, agentOf } = open();
    const shows =
      "printf '\\342\\226\\240 You have hit your usage limit. Try again at 7:35 PM.\\n\\n\\342\\200\\272 Ask\\n\\n  foot\\n'";
    const agent = agentOf(`#!/bin/sh\n${shows}; exec sleep 300`);
    await agent.launch(session, request, signal());
    await expect
      .poll(() => agent.state(session, signal()), soon)
      .toMatchObject({
        status: "limited",
        limit: "You have hit your usage limit. Try again at 7:35 PM.",
      });
  });

  it("is told nothing while its terminal shows a dialog that nobody reported", async () => {
    const { session, request, agentOf } = open();
    const dialog =
      "printf 'Which model?\\n \\342\\200\\272 1. This\\n Press enter or esc to cancel'";
    const agent = agentOf(`#!/bin/sh\n${dialog}; exec sleep 300`);
    await agent.launch(session, request, signal());
    await expect
      .poll(async () => (await agent.state(session, signal())).status, soon)
      .toBe("waiting");
    const told = agent.tell(session, { text: "1", raw: true, interrupt: true }, signal());
    await expect(told).rejects.toThrow(UserError);
    await expect(told).rejects.toThrow('Cannot tell the agent "codex" anything');
  });
});
