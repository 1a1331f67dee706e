import type { Terminal } from "./terminal.ts";

/** What a hub that has just started says of itself. */
export type HubFacts = {
  url: string;
  dataDirectory: string;
  provider: string;
  agent: string;
  hasRealAgent: boolean;
  isolation: { contained: boolean; words: string };
};

/** Says where the hub listens, what it runs on, and how to connect. No secret is in it. */
export function printBanner(terminal: Terminal, hub: HubFacts): void {
  const { url, dataDirectory, provider, agent, isolation } = hub;
  const mcp = new URL("/mcp", url).href;
  const rows: [string, string][] = [
    ["listens at", url],
    ["data in", dataDirectory],
    ["provider", provider],
    ["agent", agent],
    [
      "isolation",
      isolation.contained ? isolation.words : terminal.style("yellow", isolation.words),
    ],
    ["Slack", "not connected"],
  ];
  terminal.print(terminal.style("bold", "thopter"));
  for (const [name, value] of rows) terminal.print(`  ${name.padEnd(11)} ${value}`);
  if (!hub.hasRealAgent) {
    terminal.print("");
    terminal.print("The agent is a plain shell. Set another, for example:");
    terminal.print(`  THOPTER_AGENT_COMMAND='my-agent --task "$THOPTER_TASK_FILE"' thopter start`);
  }
  terminal.print("");
  terminal.print("Connect Claude Code on this machine:");
  terminal.print("  claude mcp add thopter -- thopter mcp");
  terminal.print("or any MCP client over HTTP, with a token of its own:");
  terminal.print(
    `  claude mcp add --transport http thopter ${mcp} --header "Authorization: Bearer $(thopter token create --agent --label claude)"`,
  );
  terminal.print("A client that starts programs runs: thopter mcp");
  terminal.print("");
  terminal.print('Try: thopter provision "say hello" --repo /path/to/a/repository');
}
