import { expect, it, onTestFinished } from "vitest";
import { startFlySimulation } from "../../src/cli/simulate/fly-simulation.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { startMessagesApi } from "../agents/messages-api.ts";
import { startHub } from "../hub/hub-kit.ts";
import { leftProcesses } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { soon } from "./agent-thopter.ts";
import { apiKey } from "./claude-thopter.ts";
import { claudeProgram } from "./install-claude.ts";

it("Claude Code lives on a machine at Fly as it does here, over real SSH", async () => {
  const api = await startMessagesApi();
  const directory = temporaryDirectory();
  const fly = await startFlySimulation({
    ...{ clock: createSystemClock(), directory, app: "my-thopters", token: "a-token-for-fly-41d7" },
    ...{ port: 0, sshPort: 0, programs: [claudeProgram] },
  });
  onTestFinished(() => fly.close());
  const hub = await startHub({
    env: {
      ...fly.environment,
      THOPTER_AGENT: "claude",
      THOPTER_CLAUDE_PROGRAM: claudeProgram,
      THOPTER_CLAUDE_PERMISSIONS: "default",
      ANTHROPIC_API_KEY: apiKey,
      ANTHROPIC_BASE_URL: api.url,
    },
    secrets: [apiKey],
  });
  const { name, id } = await hub.ready({ task: "run echo made >made.txt" });
  const agentState = async () =>
    (await hub.person.call("getThopter", { thopter: id })).agentState ?? { status: "none" };
  const status = async () => (await agentState()).status;
  await expect.poll(status, soon).toBe("waiting");
  const { question } = (await hub.person.call("getThopter", { thopter: id })).agentState ?? {};
  await hub.person.call("answer", { thopter: id, hash: question?.hash ?? "", text: "Yes" });
  await expect.poll(status, soon).toBe("idle");
  await hub.person.call("tell", { thopter: id, text: "how far is it" });
  await expect.poll(() => api.requests.at(-1)?.said, soon).toBe("how far is it");
  await expect.poll(status, soon).toBe("idle");
  const { text } = await hub.person.call("read", { thopter: id, what: "diff" });
  expect(text).toContain("+made");
  await hub.destroyed(name);
  await hub.end();
  expect(fly.machines()).toBe(0);
  expect(await leftProcesses(directory)).toEqual([]);
});
