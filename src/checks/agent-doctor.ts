import type { Finding } from "../cli/commands/doctor.ts";
import type { Config } from "../config.ts";
import { decideAgent } from "../machinery/agent-choice.ts";
import type { AgentName } from "../machinery/agent-choice.ts";
import { checkAnthropic, checkGitHub, checkOpenAi } from "./login-checks.ts";
import { examineAgentProgram } from "./machine-check.ts";

/** Looks at what runs in new thopters, and tries its login and that of git. */
export async function examineAgent(config: Config, signal: AbortSignal): Promise<Finding[]> {
  const { agent, why } = await decideAgent(config);
  const isShell = agent === "command" && config.THOPTER_AGENT_COMMAND === undefined;
  const chosen = isShell
    ? { what: "agent", ok: false, words: `a plain shell: ${why}; thopter init chooses another` }
    : { what: "agent", ok: true, words: `${agent}: ${why}` };
  const found = await Promise.all([
    examineAgentProgram(config, agent),
    examineLogin(config, agent, signal),
    examineGitLogin(config, signal),
  ]);
  return [chosen, ...found.flat()];
}

/** Whether the login of an agent is there and works; nothing where it brings its own. */
async function examineLogin(
  config: Config,
  agent: AgentName,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (agent === "claude") {
    const { ANTHROPIC_API_KEY: key, CLAUDE_CODE_OAUTH_TOKEN: token } = config;
    // Claude Code prefers the key as well.
    const name = key === undefined ? "CLAUDE_CODE_OAUTH_TOKEN" : "ANTHROPIC_API_KEY";
    const secret = key ?? token;
    if (secret === undefined) return [missing("ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN")];
    return [await checkAnthropic({ name, secret, url: config.ANTHROPIC_BASE_URL }, signal)];
  }
  if (agent === "codex") {
    const { OPENAI_API_KEY: secret, OPENAI_BASE_URL: url } = config;
    if (secret === undefined) return [missing("OPENAI_API_KEY")];
    return [await checkOpenAi({ name: "OPENAI_API_KEY", secret, url }, signal)];
  }
  return [];
}

async function examineGitLogin(config: Config, signal: AbortSignal): Promise<Finding[]> {
  const { GITHUB_TOKEN: secret, GITHUB_API_URL: url } = config;
  if (secret !== undefined)
    return [await checkGitHub({ name: "GITHUB_TOKEN", secret, url }, signal)];
  const words = "GITHUB_TOKEN is not set: public repositories only; thopter init sets it";
  return [{ what: "git login", ok: false, words }];
}

function missing(names: string): Finding {
  // Identities may have them all: the hub alone knows.
  const words = `${names} is not set: only identities that have a login can be provisioned with (thopter identity create <name> --login); thopter init sets the hub's own`;
  return { what: "login", ok: false, words };
}
