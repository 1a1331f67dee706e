import type { Step } from "../core/ports/step.ts";
import { contextParagraph } from "./fetch-context.ts";
import { environmentOf } from "./environment.ts";
import { instructionsFor } from "./instructions.ts";
import type { StepPorts } from "./ports.ts";
import { writeRemoteFile } from "./remote-file.ts";
import { ownDirectoryOf, taskFileOf } from "./session.ts";

/** Leaves the task and the environment beside the clone: for the agent, and for who logs in there. */
export function createWriteContextStep(
  ports: Pick<StepPorts, "sessions" | "templates" | "ownerName">,
): Step {
  return {
    name: "write-context",
    kind: "provision",
    lane: "provision",
    after: ["fetch-context", "read-repository-config"],
    timeoutMs: 2 * 60_000,
    async run({ thopter, signal }) {
      const record = thopter();
      return ports.sessions.use(record, signal, async (session) => {
        const { shell, places } = session;
        // Restored work goes on under the words it began with.
        const instructions =
          record.instructions ?? (await instructionsFor(ports, { record, session }, signal));
        const task = {
          path: taskFileOf(places),
          content: `${instructions ?? record.task}\n${contextParagraph(record)}`,
          mode: "644",
        } as const;
        await writeRemoteFile(shell, task, signal);
        const path = `${ownDirectoryOf(places)}/environment`;
        const content = assignments(environmentOf(record, places));
        await writeRemoteFile(shell, { path, content, mode: "644" }, signal);
        return instructions === undefined ? {} : { thopter: { instructions } };
      });
    },
  };
}

/** Lines that a POSIX shell can source. */
function assignments(environment: Readonly<Record<string, string>>): string {
  const quote = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}
