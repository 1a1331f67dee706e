import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createClaudeAgent, type ClaudeLogin } from "../../src/agents/claude.ts";
import { createCommandAgent } from "../../src/agents/command.ts";
import { openCommandSession, systemClock } from "./command-session.ts";

const soon = { timeout: 12_000, interval: 100 };
const { signal } = new AbortController();
const show = `printf '%s|' "\${ANTHROPIC_API_KEY-}" "\${CLAUDE_CODE_OAUTH_TOKEN-}" "\${ANTHROPIC_BASE_URL-}" "\${GH_TOKEN-}" >out; sleep 1`;

/** What Claude Code finds of logins where the hub and the identity have these. */
async function seenByClaude(login: ClaudeLogin, identity?: Record<string, string>) {
  const { session, request, read } = openCommandSession();
  const program = join(session.places.home, "claude");
  writeFileSync(program, `#!/bin/sh\n${show}\n`);
  chmodSync(program, 0o755);
  const agent = createClaudeAgent({
    ...{ programs: [program], login, permissions: "default", contained: false },
    ...{ clock: systemClock, idleAfterMs: 500 },
  });
  const asked = identity === undefined ? request : { ...request, login: identity };
  await agent.launch(session, asked, signal);
  await expect.poll(() => read("out"), soon).toMatch(/\|$/);
  await agent.stop(session, signal);
  return read("out");
}

it("Claude Code gets the identity's login instead of the hub's, which is not mixed with it", async () => {
  const hub = { ANTHROPIC_API_KEY: "of-the-hub", ANTHROPIC_BASE_URL: "http://gate" };
  expect(await seenByClaude(hub)).toBe("of-the-hub||http://gate||");
  const token = { CLAUDE_CODE_OAUTH_TOKEN: "of-the-identity" };
  expect(await seenByClaude(hub, token)).toBe("|of-the-identity|http://gate||");
  expect(await seenByClaude({}, token)).toBe("|of-the-identity|||");
  const other = { GH_TOKEN: "another" };
  expect(await seenByClaude(hub, other)).toBe("of-the-hub||http://gate|another|");
});

it("a command gets the identity's login", async () => {
  const { session, request, read } = openCommandSession();
  const agent = createCommandAgent({ command: show, clock: systemClock, idleAfterMs: 500 });
  const login = { ANTHROPIC_API_KEY: "of-the-identity" };
  await agent.launch(session, { ...request, login }, signal);
  await expect.poll(() => read("out"), soon).toBe("of-the-identity||||");
  await agent.stop(session, signal);
});
