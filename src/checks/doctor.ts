import type { Finding } from "../cli/commands/doctor.ts";
import { readConfig, readIncompleteConfig, readVariables } from "../config.ts";
import { messageOf } from "../core/errors.ts";
import { stayAlive } from "../stay-alive.ts";
import { createSystemClock } from "../system-clock.ts";
import { examineAgent } from "./agent-doctor.ts";
import { examineFly } from "./fly-doctor.ts";
import { examineIsolation, examineNode, examinePrograms } from "./machine-check.ts";
import { examineSlack } from "./slack-doctor.ts";

/** Looks at what the hub needs of this machine, and at what it is told to use elsewhere. */
export async function examineMachine(signal: AbortSignal): Promise<Finding[]> {
  const clock = createSystemClock();
  const config = readIncompleteConfig();
  const isElsewhere = config !== undefined && config.THOPTER_PROVIDER !== "local";
  return [
    examineNode(process.versions.node),
    ...(await examinePrograms()),
    ...(isElsewhere ? [] : [await examineIsolation(clock)]),
    examineConfig(),
    ...(config === undefined ? [] : await examineAgent(config, signal)),
    ...(isElsewhere ? await stayAlive(() => examineFly(config, clock)) : []),
    ...(config === undefined ? [] : await examineSlack(config)),
  ];
}

function examineConfig(): Finding {
  const what = "configuration";
  try {
    const config = readConfig();
    // What agents are handed has to be there as well.
    readVariables(config);
    return { what, ok: true, words: `data in ${config.THOPTER_DATA_DIR}` };
  } catch (error) {
    const words = messageOf(error);
    const isIncomplete = /^ {2}\w+ is not set: /m.test(words);
    const mend = isIncomplete ? "thopter init" : "correct the values that are named above";
    return { what, ok: false, words, mend };
  }
}
