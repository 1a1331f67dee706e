import type { Step } from "../core/ports/step.ts";
import { agentOf } from "./agent-of.ts";
import type { StepPorts } from "./ports.ts";

/** Makes sure that the agent lives and has taken its task. */
export function createVerifyAgentStep(ports: Pick<StepPorts, "agents" | "sessions">): Step {
  return {
    name: "verify-agent",
    kind: "provision",
    lane: "setup",
    after: ["launch-agent"],
    timeoutMs: 3 * 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      const agent = agentOf(ports.agents, record);
      progress("waiting for the agent to take its task");
      return ports.sessions.use(record, signal, async (session) => {
        await agent.verify(session, signal);
        // What it said is for whoever watches it, who removes secrets.
        const { lastMessage: _said, ...agentState } = await agent.state(session, signal);
        return { note: agentState.status, thopter: { agentState } };
      });
    },
  };
}
