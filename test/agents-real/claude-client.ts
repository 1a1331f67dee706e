import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { startMessagesApi } from "../agents/messages-api.ts";
import { endProcess, plainEnvironment, program } from "../hub/hub-process.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { apiKey } from "./claude-thopter.ts";
import { claudeProgram } from "./install-claude.ts";
import type { Script, ToolResult } from "./scripted-model.ts";
import { playerOf, prefix, resultsIn } from "./scripted-model.ts";

/** How Claude Code reaches a hub. */
export type Way = "HTTP" | "stdio";

/** What a model was offered of the hub's tools. */
export type OfferedTool = { name: string; description: string; input_schema: unknown };

/** A conversation that has ended. */
export type Conversation = {
  /** The last words. */
  said: string;
  /** What the tools answered, in order. */
  results: readonly ToolResult[];
  /** The hub's tools as the model had them from the start, under their names at the hub. */
  offered: readonly OfferedTool[];
  /** What the model was sent first, as JSON. */
  first: string;
};

export type Wish = {
  way?: Way;
  token: string;
  script: Script;
  /** Whether all tools are in the first request; else most are looked up when they are needed. */
  allAtOnce?: boolean;
};

const events = z.array(
  z.looseObject({
    type: z.string(),
    is_error: z.boolean().optional(),
    result: z.string().optional(),
  }),
);
const offer = z.object({
  tools: z.array(
    z.object({ name: z.string(), description: z.string().optional(), input_schema: z.unknown() }),
  ),
});

/**
 * Runs Claude Code without a terminal as an MCP client of a hub, its model played by a script, until
 * it has ended.
 */
export async function converse(hub: TestHub, wish: Wish): Promise<Conversation> {
  const api = await startMessagesApi(playerOf(wish.script));
  const directory = temporaryDirectory();
  const config = join(directory, "mcp.json");
  writeFileSync(config, JSON.stringify({ mcpServers: { thopter: serverAt(hub, wish) } }));
  const args = [
    ...["-p", "Do it", "--output-format", "stream-json", "--verbose"],
    ...["--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__thopter"],
  ];
  const env = {
    ANTHROPIC_API_KEY: apiKey,
    ANTHROPIC_BASE_URL: api.url,
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    ...(wish.allAtOnce === true ? { ENABLE_TOOL_SEARCH: "false" } : {}),
  };
  const ran = await runClaude(args, { directory, env });
  const ended = ran.events.at(-1);
  expect(ended, ran.stderr).toMatchObject({ type: "result", is_error: false });
  const bodies = api.requests.map(({ body }) => body).filter((body) => body.includes('"tools":'));
  const [first = "{}"] = bodies;
  return {
    said: ended?.result ?? "",
    results: resultsIn(bodies.at(-1) ?? first),
    offered: offeredIn(first),
    first,
  };
}

function offeredIn(body: string): OfferedTool[] {
  return offer
    .parse(JSON.parse(body))
    .tools.flatMap(({ name, description = "", ...rest }) =>
      name.startsWith(prefix) ? [{ ...rest, description, name: name.slice(prefix.length) }] : [],
    );
}

function serverAt(hub: TestHub, { way, token }: Wish): unknown {
  if (way === "stdio") {
    const env = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: token };
    return { type: "stdio", command: process.execPath, args: [program, "mcp"], env };
  }
  const headers = { Authorization: `Bearer ${token}` };
  return { type: "http", url: new URL("/mcp", hub.url).href, headers };
}

type Ran = { events: z.output<typeof events>; stderr: string };

async function runClaude(
  args: readonly string[],
  { directory, env }: { directory: string; env: Record<string, string> },
): Promise<Ran> {
  const [home, work] = [join(directory, "home"), join(directory, "work")];
  for (const path of [home, work]) mkdirSync(path);
  const child = spawn(claudeProgram, args, {
    cwd: work,
    env: { ...plainEnvironment(), HOME: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    if (child.pid !== undefined && child.exitCode === null) endProcess(child.pid);
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (printed[name] += text));
  }
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject).once("close", () => resolve());
  });
  const lines = printed.stdout.split("\n").filter((line) => line.startsWith("{"));
  return {
    events: events.parse(lines.map((line) => JSON.parse(line) as unknown)),
    stderr: printed.stderr,
  };
}
