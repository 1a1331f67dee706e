import { createRedactor } from "../core/redact.ts";
import { printFacts } from "./facts.ts";
import type { Fact } from "./facts.ts";
import { oneLine } from "./shown-text.ts";
import type { Terminal } from "./terminal.ts";

/** What a hub that has just started says of itself. */
export type HubFacts = {
  url: string;
  /** Where others reach it, when that is another address. */
  publicUrl?: string | undefined;
  dataDirectory: string;
  provider: string;
  agent: string;
  hasRealAgent: boolean;
  isolation: { contained: boolean; words: string };
  slack: { isSocket: boolean; team: string | undefined; claimCode: string | undefined } | undefined;
};

/** Says where the hub listens, what it runs on, and how to connect. No secret is in it. */
export function printBanner(terminal: Terminal, hub: HubFacts): void {
  const { contained, words } = hub.isolation;
  terminal.print("");
  terminal.print(`  ${terminal.style("bold", "thopter")}  the hub is up`);
  terminal.print("");
  const facts: Fact[] = [
    { name: "here", value: hub.url, style: "cyan" },
    { name: "for others", value: hub.publicUrl, style: "cyan" },
    { name: "data", value: hub.dataDirectory },
    { name: "provider", value: hub.provider },
    { name: "agent", value: withoutSecrets(hub.agent) },
    { name: "isolation", value: words, style: contained ? undefined : "yellow" },
    { name: "slack", value: slackWords(hub) },
  ];
  printFacts(terminal, facts, { indent: 2, nameWidth: 12, nameStyle: "dim" });
  printClaim(terminal, hub.slack?.claimCode);
  if (!hub.hasRealAgent) printAgentHint(terminal);
  printTitle(terminal, "Make a thopter, look at it, destroy it");
  terminal.print('    thopter provision "say hello" --repo /path/to/a/repository');
  terminal.print("    thopter list");
  terminal.print("    thopter destroy <name>");
  printMcpHint(terminal, mcpOf(hub));
  terminal.print("");
  terminal.print(
    terminal.style("dim", "  Ctrl-C stops the hub. Thopters stay, and so does what waits."),
  );
}

function slackWords({ slack, url, publicUrl }: HubFacts): string {
  if (slack === undefined) return "not connected; thopter slack setup connects it";
  if (slack.team === undefined) return "has not answered yet; it is tried again, hub.log says why";
  const team = oneLine(slack.team);
  if (slack.isSocket) return `"${team}", by Socket Mode`;
  return `"${team}", which sends to ${new URL("/slack/events", publicUrl ?? url).href}`;
}

function mcpOf({ url, publicUrl }: HubFacts): string {
  return new URL("/mcp", publicUrl ?? url).href;
}

function printMcpHint(terminal: Terminal, address: string): void {
  printTitle(terminal, "Connect a coding agent over MCP");
  terminal.print("    claude mcp add thopter -- thopter mcp");
  printTitle(terminal, "The same over HTTP, with a token of its own");
  terminal.print("    thopter token create --agent --label claude");
  terminal.print(`    claude mcp add --transport http thopter ${address} \\`);
  terminal.print('      --header "Authorization: Bearer <token>"');
}

function printClaim(terminal: Terminal, code: string | undefined): void {
  if (code === undefined) return;
  printTitle(terminal, "Become the admin of this hub in Slack");
  terminal.print(`    /thopter claim ${code}`);
}

function printAgentHint(terminal: Terminal): void {
  printTitle(terminal, "No agent is chosen: thopters get a plain shell. Choose one");
  terminal.print("    thopter init");
}

function printTitle(terminal: Terminal, title: string): void {
  terminal.print("");
  terminal.print(`  ${terminal.style("bold", title)}`);
}

/** A command line may carry a key. */
function withoutSecrets(text: string): string {
  return oneLine(createRedactor([])(text));
}
