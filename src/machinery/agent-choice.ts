import type { Config } from "../config.ts";
import { claudeSecrets } from "../config/claude-settings.ts";
import { findClaude } from "./claude-machinery.ts";

export type AgentName = NonNullable<Config["THOPTER_AGENT"]>;

/** What runs in new thopters, and what that was decided by. */
export type AgentChoice = { agent: AgentName; why: string };

/** A configuration whose agent is decided. */
export type SettledConfig = Config & { THOPTER_AGENT: AgentName };

export async function settleAgent(config: Config): Promise<SettledConfig> {
  const { agent } = await decideAgent(config);
  return { ...config, THOPTER_AGENT: agent };
}

/** The agent that is set; else the command that is; else Claude Code where it could work; else a shell. */
export async function decideAgent(config: Config): Promise<AgentChoice> {
  const { THOPTER_AGENT: agent, THOPTER_AGENT_COMMAND: command } = config;
  if (agent !== undefined) return { agent, why: "THOPTER_AGENT is set" };
  if (command !== undefined) return { agent: "command", why: "THOPTER_AGENT_COMMAND is set" };
  const login = claudeSecrets.find((name) => config[name] !== undefined);
  if (login === undefined) return { agent: "command", why: "no login of an agent is set" };
  if (config.THOPTER_PROVIDER !== "local") return { agent: "claude", why: `${login} is set` };
  const program = await findClaude(config);
  if (program === undefined)
    return { agent: "command", why: `${login} is set, but Claude Code is not installed` };
  return { agent: "claude", why: `Claude Code is installed, and ${login} is set` };
}
