import type { Step } from "../core/ports/step.ts";
import { agentOf } from "./agent-of.ts";
import { contextParagraph } from "./fetch-context.ts";
import { environmentOf } from "./environment.ts";
import type { StepPorts } from "./ports.ts";
import { taskFileOf } from "./session.ts";

/** Starts the agent on its task, without any way back to the hub. */
export function createLaunchAgentStep(
  ports: Pick<StepPorts, "agents" | "sessions" | "keptFor">,
): Step {
  return {
    name: "launch-agent",
    kind: "provision",
    lane: "setup",
    after: ["run-setup-script"],
    timeoutMs: 3 * 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      const agent = agentOf(ports.agents, record);
      const kept = await ports.keptFor(record.repository);
      progress("launching the agent");
      await ports.sessions.use(record, signal, async (session) => {
        const { places } = session;
        const env = { ...kept.variables(), ...environmentOf(record, places) };
        const task = `${record.instructions ?? record.task}${contextParagraph(record)}`;
        const request = { task, taskFile: taskFileOf(places), env };
        await agent.launch(session, request, signal);
      });
      return { note: agent.name };
    },
  };
}
