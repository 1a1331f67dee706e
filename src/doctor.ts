import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Finding } from "./cli/commands/doctor.ts";
import { readConfig } from "./config.ts";
import { detectIsolation } from "./providers/local/detect-isolation.ts";
import { createSystemClock } from "./system-clock.ts";

const run = promisify(execFile);
const callMs = 10_000;

/** Looks at what the hub needs of this machine. */
export async function examineMachine(): Promise<Finding[]> {
  const isolation = await detectIsolation({ clock: createSystemClock() });
  return [
    examineNode(process.versions.node),
    await examineProgram("git", "--version"),
    await examineProgram("tmux", "-V"),
    isolation.contained
      ? { what: "isolation", ok: true, words: isolation.words }
      : {
          what: "isolation",
          ok: false,
          words: isolation.words,
          mend: "apt-get install bubblewrap",
        },
    examineConfig(),
  ];
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

function examineConfig(): Finding {
  try {
    const { THOPTER_DATA_DIR: directory } = readConfig();
    return { what: "configuration", ok: true, words: `data in ${directory}` };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return {
      what: "configuration",
      ok: false,
      words,
      mend: "mend the values that are named above",
    };
  }
}
