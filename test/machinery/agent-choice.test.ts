import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { decideAgent, settleAgent } from "../../src/machinery/agent-choice.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const key = { ANTHROPIC_API_KEY: "an-api-key" };
const fly = {
  ...{ THOPTER_PROVIDER: "fly", FLY_API_TOKEN: "fly-token", FLY_APP: "a" },
  ...{ FLY_REGION: "iad", FLY_IMAGE: "image:1" },
};

function installed(): { THOPTER_CLAUDE_PROGRAM: string } {
  const program = join(temporaryDirectory(), "claude");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  return { THOPTER_CLAUDE_PROGRAM: program };
}

const absent = { THOPTER_CLAUDE_PROGRAM: "/nowhere/claude" };

describe("the agent of new thopters", () => {
  it.each([["ANTHROPIC_API_KEY"], ["CLAUDE_CODE_OAUTH_TOKEN"]])(
    "is Claude Code where it is installed and %s is set",
    async (login) => {
      const choice = await decideAgent(parseConfig({ ...installed(), [login]: "a-login" }));
      expect(choice).toEqual({
        agent: "claude",
        why: `Claude Code is installed, and ${login} is set`,
      });
    },
  );

  it("is a shell where either is missing", async () => {
    expect(await decideAgent(parseConfig(installed()))).toEqual({
      ...{ agent: "command", why: "no login of an agent is set" },
    });
    expect(await decideAgent(parseConfig({ ...absent, ...key }))).toEqual({
      ...{ agent: "command", why: "ANTHROPIC_API_KEY is set, but Claude Code is not installed" },
    });
  });

  it("is Claude Code at Fly with a login alone, for machines there bring their own", async () => {
    const config = parseConfig({ ...fly, ...absent, ...key });
    expect(await decideAgent(config)).toMatchObject({ agent: "claude" });
    expect(await decideAgent(parseConfig({ ...fly, ...absent }))).toMatchObject({
      agent: "command",
    });
  });

  it("is the command that is set, whatever else is there", async () => {
    const config = parseConfig({ ...installed(), ...key, THOPTER_AGENT_COMMAND: "mine" });
    expect(await decideAgent(config)).toEqual({
      ...{ agent: "command", why: "THOPTER_AGENT_COMMAND is set" },
    });
  });

  it.each(["command", "claude", "codex"])("is %s where that is set", async (agent) => {
    const all = {
      ...installed(),
      ...key,
      OPENAI_API_KEY: "open-key",
      THOPTER_AGENT_COMMAND: "mine",
    };
    const config = parseConfig({ ...all, THOPTER_AGENT: agent });
    expect(await settleAgent(config)).toEqual({ ...config, THOPTER_AGENT: agent });
  });
});
