import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findClaude, noClaude } from "./claude-machinery.ts";
import type { Finding } from "./cli/commands/doctor.ts";
import { readConfig, readVariables, type Config } from "./config.ts";
import type { Clock } from "./core/ports/clock.ts";
import { examineFly } from "./fly-doctor.ts";
import { detectIsolation } from "./providers/local/detect-isolation.ts";
import { examineSlack } from "./slack-doctor.ts";
import { stayAlive } from "./stay-alive.ts";
import { createSystemClock } from "./system-clock.ts";

const run = promisify(execFile);
const callMs = 10_000;

/** Looks at what the hub needs of this machine. */
export async function examineMachine(): Promise<Finding[]> {
  const clock = createSystemClock();
  const config = attemptConfig();
  const isElsewhere = "value" in config && config.value.THOPTER_PROVIDER !== "local";
  return [
    examineNode(process.versions.node),
    await examineProgram("git", "--version"),
    await examineProgram("tmux", "-V"),
    ...(isElsewhere ? [] : [await examineIsolation(clock)]),
    examineConfig(config),
    ...("value" in config ? await examineAgent(config.value) : []),
    ...(isElsewhere ? await stayAlive(() => examineFly(config.value, clock)) : []),
    ...("value" in config ? await examineSlack(config.value) : []),
  ];
}

/** Claude Code where new thopters get it from this machine. */
async function examineAgent(config: Config): Promise<Finding[]> {
  if (config.THOPTER_AGENT !== "claude" || config.THOPTER_PROVIDER !== "local") return [];
  const program = await findClaude(config);
  const what = "claude";
  if (program === undefined) {
    const mend = "npm install --global @anthropic-ai/claude-code";
    return [{ what, ok: false, words: noClaude(config), mend }];
  }
  return [{ ...(await examineProgram(program, "--version")), what }];
}

async function examineIsolation(clock: Clock): Promise<Finding> {
  const { contained, words } = await detectIsolation({ clock });
  const finding = { what: "isolation", ok: contained, words };
  return contained ? finding : { ...finding, mend: "apt-get install bubblewrap" };
}

function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  const finding = { what: "node", ok, words: version };
  return ok ? finding : { ...finding, mend: "install Node.js 20.19 or later" };
}

async function examineProgram(name: string, versionOption: string): Promise<Finding> {
  try {
    const { stdout } = await run(name, [versionOption], { timeout: callMs });
    return { what: name, ok: true, words: stdout.trim() };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { what: name, ok: false, words, mend: `apt-get install ${name}` };
  }
}

type Attempt = { value: Config } | { words: string };

function attemptConfig(): Attempt {
  try {
    const value = readConfig();
    // What agents are handed has to be there as well.
    readVariables(value);
    return { value };
  } catch (error) {
    return { words: error instanceof Error ? error.message : String(error) };
  }
}

function examineConfig(config: Attempt): Finding {
  const what = "configuration";
  if ("value" in config) {
    return { what, ok: true, words: `data in ${config.value.THOPTER_DATA_DIR}` };
  }
  return { what, ok: false, words: config.words, mend: "mend the values that are named above" };
}
