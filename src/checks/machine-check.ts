import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Finding } from "../cli/commands/doctor.ts";
import type { Config } from "../config.ts";
import { messageOf } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { AgentName } from "../machinery/agent-choice.ts";
import { installLine, noProgram, type ProgramSettings } from "../machinery/agent-programs.ts";
import { findClaude } from "../machinery/claude-machinery.ts";
import { findCodex } from "../machinery/codex-machinery.ts";
import { detectIsolation } from "../providers/local/detect-isolation.ts";

const run = promisify(execFile);
const callMs = 10_000;

export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  const finding = { what: "node", ok, words: version };
  return ok ? finding : { ...finding, mend: "install Node.js 20.19 or later" };
}

/** The programs that every hub works with. */
export async function examinePrograms(): Promise<Finding[]> {
  return Promise.all([
    examineProgram("git", ["--version"], "apt-get install git"),
    examineProgram("tmux", ["-V"], "apt-get install tmux"),
  ]);
}

export async function examineIsolation(clock: Clock): Promise<Finding> {
  const { contained, words } = await detectIsolation({ clock });
  const finding = { what: "isolation", ok: contained, words };
  return contained ? finding : { ...finding, mend: "apt-get install bubblewrap" };
}

/** The program of an agent, where new thopters get it from this machine. */
export async function examineAgentProgram(
  config: ProgramSettings & Pick<Config, "THOPTER_PROVIDER">,
  agent: AgentName,
): Promise<Finding[]> {
  if (agent === "command" || config.THOPTER_PROVIDER !== "local") return [];
  const mend = installLine(agent);
  const program =
    agent === "claude" ? await findClaude(config) : (await findCodex(config))?.program;
  if (program !== undefined) {
    return [{ ...(await examineProgram(program, ["--version"], mend)), what: agent }];
  }
  return [{ what: agent, ok: false, words: noProgram(agent, config), mend }];
}

async function examineProgram(
  name: string,
  options: readonly string[],
  mend: string,
): Promise<Finding> {
  try {
    const { stdout } = await run(name, options, { timeout: callMs });
    return { what: name, ok: true, words: stdout.trim() };
  } catch (error) {
    const words = messageOf(error);
    return { what: name, ok: false, words, mend };
  }
}
