/**
 * The fleet's refusals name the MCP tools that help. What helps elsewhere, for the fronts that have
 * no tools.
 */
const helps: readonly { tool: RegExp; cli: string; slack: string }[] = [
  {
    tool: /wait_for_thopters waits until it is ready/g,
    cli: '"thopter wait" waits until it is ready',
    slack: "/thopter list says when it is ready",
  },
  { tool: /list_thopters/g, cli: '"thopter list"', slack: "/thopter list" },
  { tool: /list_operations/g, cli: '"thopter operation list"', slack: "/thopter status" },
  { tool: /cancel_operation/g, cli: '"thopter operation cancel"', slack: "/thopter cancel" },
  { tool: /"thopter approve"/g, cli: '"thopter approve"', slack: "/thopter status" },
];

/** A refusal of the fleet as people at this front would say it. */
export function inWordsOf(front: "cli" | "slack", refusal: string): string {
  let words = refusal;
  for (const help of helps) words = words.replaceAll(help.tool, help[front]);
  return words;
}
