import type { AgentName, InitChecks, LoginName, Values } from "./checks.ts";

/** What a person can choose to run in thopters. */
export const agentChoices = ["claude", "codex", "command", "shell"] as const;
export type AgentChoice = (typeof agentChoices)[number];

export const agentTitles: Record<AgentChoice, string> = {
  claude: "Claude Code",
  codex: "Codex",
  command: "Another command",
  shell: "None, a plain shell",
};

/** The logins that an agent can work with; the first that is there is tried. */
export const agentLogins: Record<AgentChoice, readonly LoginName[]> = {
  claude: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
  codex: ["OPENAI_API_KEY"],
  command: [],
  shell: [],
};

/** What follows where none of them is there. */
export const noOwnLogin =
  "The hub has no login for it: thopters need an identity that has one (thopter identity create <name> --login).";

/** The setting that chooses it. */
export function agentNameOf(choice: AgentChoice): AgentName {
  return choice === "shell" ? "command" : choice;
}

/** What these settings choose; undefined where they choose nothing. */
export function chosenAgent(values: Values): AgentChoice | undefined {
  const agent = values["THOPTER_AGENT"];
  const hasCommand = values["THOPTER_AGENT_COMMAND"] !== undefined;
  if (agent === undefined) return hasCommand ? "command" : undefined;
  if (agent === "command" && !hasCommand) return "shell";
  return agentChoices.find((one) => one === agent);
}

/** What runs with these settings, chosen or not. Throws UserError where they do not fit. */
export async function agentOf(values: Values, checks: InitChecks): Promise<AgentChoice> {
  const { agent } = await checks.decideAgent(values);
  return chosenAgent({ ...values, THOPTER_AGENT: agent }) ?? "shell";
}
