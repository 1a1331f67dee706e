import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startMessagesApi } from "../agents/messages-api.ts";
import { startResponsesApi } from "../agents/responses-api.ts";
import { run } from "../cli/run.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { soon } from "./agent-thopter.ts";
import { apiKey } from "./claude-thopter.ts";
import { apiKey as openAiKey } from "./codex-thopter.ts";
import { claudeProgram } from "./install-claude.ts";
import { codexProgram } from "./install-codex.ts";

function homeWith(files: Record<string, string>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

function looking(hub: TestHub, thopter: string) {
  const state = async () => (await hub.person.call("getThopter", { thopter })).agentState;
  const shown = async (command: string) => {
    const { stdout, stderr } = await hub.person.call("run", {
      ...{ thopter, command, timeoutMs: 20_000 },
    });
    return `${stdout}${stderr}`;
  };
  return { status: async () => (await state())?.status, shown };
}

it("Claude Code logs in by an identity alone, has its home, and keeps both over a restart", async () => {
  const api = await startMessagesApi();
  const hub = await startHub({
    env: {
      THOPTER_AGENT: "claude",
      THOPTER_CLAUDE_PROGRAM: claudeProgram,
      ANTHROPIC_BASE_URL: api.url,
    },
    secrets: [apiKey],
  });
  await expect(hub.provision()).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining('the hub has no login for the agent "claude"') as string,
  });
  const home = homeWith({ ".gitconfig": "[user]\n\tname = Mine\n", ".toolrc": "of-the-identity" });
  const made = await run(
    { THOPTER_DATA_DIR: hub.data, ANTHROPIC_API_KEY: apiKey },
    ...["identity", "create", "mine", "--from", home, "--login"],
  );
  expect(made).toMatchObject({ code: 0 });
  const task = "run cat ~/.toolrc && git config --global user.name";
  const { name, id } = await hub.ready({ identity: "mine", task });
  const { status, shown } = looking(hub, id);
  await expect.poll(status, soon).toBe("idle");
  expect(api.requests[0]).toMatchObject({ login: apiKey, said: task });
  expect(api.requests.at(-1)?.said).toContain("of-the-identityMine");
  expect(await shown("env; grep -rlF -- sk-ant-api03 ~ /run/thopter")).not.toContain(apiKey);
  await shown("echo changed > ~/.toolrc");
  await hub.person.call("restartAgent", { thopter: id });
  await expect.poll(status, soon).toBe("idle");
  await hub.person.call("tell", { thopter: id, text: "run cat ~/.toolrc" });
  await expect.poll(() => api.requests.at(-1)?.said, soon).toContain("changed");
  expect(api.requests.at(-1)?.login).toBe(apiKey);
  await hub.destroyed(name);
  await hub.end();
});

it("Codex logs in by an identity alone, and without one nothing is provisioned", async () => {
  const api = await startResponsesApi();
  const hub = await startHub({
    env: {
      THOPTER_AGENT: "codex",
      THOPTER_CODEX_PROGRAM: codexProgram,
      OPENAI_BASE_URL: api.url,
    },
    secrets: [openAiKey],
  });
  const login = { variable: "OPENAI_API_KEY", value: openAiKey };
  await hub.person.call("createIdentity", {
    name: "other",
    logins: [{ ...login, variable: "A_KEY" }],
  });
  for (const identity of ["none", "other"]) {
    await expect(hub.provision({ identity })).rejects.toThrow(/login for the agent "codex"/);
  }
  await hub.person.call("createIdentity", { name: "mine", logins: [login] });
  const { name, id } = await hub.ready({ identity: "mine", task: "hello" });
  const { status } = looking(hub, id);
  await expect.poll(status, soon).toBe("idle");
  await hub.person.call("restartAgent", { thopter: id });
  await expect.poll(status, soon).toBe("idle");
  await hub.person.call("tell", { thopter: id, text: "once more" });
  await expect.poll(() => api.requests.at(-1)?.said, soon).toBe("once more");
  expect(new Set(api.requests.map(({ login: used }) => used))).toEqual(
    new Set([`Bearer ${openAiKey}`]),
  );
  await hub.destroyed(name);
  await hub.end();
});
