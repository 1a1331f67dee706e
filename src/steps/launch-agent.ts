import type { Step } from "../core/ports/step.ts";
import { agentOf } from "./agent-of.ts";
import { createLaunchRequests } from "./launch-request.ts";
import type { StepPorts } from "./ports.ts";

/** Starts the agent on its task, without any way back to the hub. */
export function createLaunchAgentStep(
  ports: Pick<StepPorts, "agents" | "sessions" | "keptFor" | "identities" | "providers">,
): Step {
  const launchRequest = createLaunchRequests(ports);
  return {
    name: "launch-agent",
    kind: "provision",
    lane: "setup",
    after: ["install-identity"],
    timeoutMs: 3 * 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      const agent = agentOf(ports.agents, record);
      progress("launching the agent");
      await ports.sessions.use(record, signal, async (session) => {
        await agent.launch(session, await launchRequest(session, record), signal);
      });
      return { note: agent.name };
    },
  };
}
