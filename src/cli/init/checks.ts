import type { Finding } from "../commands/doctor.ts";

/** Settings by name, as one writes them. */
export type Values = Readonly<Record<string, string | undefined>>;

/** What is tried at the service it is for. */
export type LoginName =
  | "ANTHROPIC_API_KEY"
  | "CLAUDE_CODE_OAUTH_TOKEN"
  | "OPENAI_API_KEY"
  | "GITHUB_TOKEN";

export type AgentName = "claude" | "codex" | "command";

/** How init finds out whether what it is given will do. Each call has a time limit of its own. */
export type InitChecks = {
  isSecret(name: string): boolean;
  /** Why a value does not fit by itself, in words. */
  problemOf(name: string, value: string): string | undefined;
  /** What would keep a hub with these from starting, a line each. */
  problems(values: Values): string[];
  /** What would run in thopters with these. Throws UserError where there are problems. */
  decideAgent(values: Values): Promise<{ agent: AgentName; why: string }>;
  /** What the hub needs of this machine, and thopters that run here. */
  machine(values: Values, signal: AbortSignal): Promise<Finding[]>;
  fly(values: Values, signal: AbortSignal): Promise<Finding[]>;
  /** The program of an agent, where thopters get it from this machine. */
  agentProgram(agent: AgentName, values: Values): Promise<Finding[]>;
  login(name: LoginName, values: Values, signal: AbortSignal): Promise<Finding>;
};
