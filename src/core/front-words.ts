type Front = "cli" | "slack" | "mcp";

/**
 * The fleet's refusals name the MCP tools that help, or what helps on a command line. What that is
 * at the fronts that have it in other words.
 */
const helps: readonly ({ tool: RegExp } & Readonly<Partial<Record<Front, string>>>)[] = [
  {
    tool: /wait_for_thopters waits until it is ready/g,
    cli: '"thopter wait" waits until it is ready',
    slack: "/thopter list says when it is ready",
  },
  { tool: /list_thopters/g, cli: '"thopter list"', slack: "/thopter list" },
  { tool: /list_operations/g, cli: '"thopter operation list"', slack: "/thopter status" },
  { tool: /cancel_operation/g, cli: '"thopter operation cancel"', slack: "/thopter cancel" },
  {
    tool: /Give it with --var (\w+)=\.\.\./g,
    mcp: 'Give it in variables, as {"$1": "..."}',
  },
  {
    tool: /"thopter identity create" makes one/g,
    slack: 'A person makes one with "thopter identity create" on a command line',
    mcp: 'A person makes one with "thopter identity create"',
  },
  { tool: /--identity none/g, mcp: 'identity "none"' },
  { tool: /"thopter approve"/g, cli: '"thopter approve"', slack: "/thopter status" },
];

/** A refusal of the fleet as those at this front would say it. */
export function inWordsOf(front: Front, refusal: string): string {
  let words = refusal;
  for (const help of helps) words = words.replaceAll(help.tool, help[front] ?? "$&");
  return words;
}
