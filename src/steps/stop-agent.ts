import type { Step, StepOutcome } from "../core/ports/step.ts";
import type { Thopter } from "../core/thopter.ts";
import { agentOf } from "./agent-of.ts";
import { findMachine } from "./machine.ts";
import { withDeadline } from "./deadline.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { reasonOf } from "./words.ts";

type Ports = Pick<StepPorts, "hub" | "clock" | "providers" | "agents" | "sessions">;

/**
 * Stops the agent so that its files stay as they are while they are saved. One that cannot be
 * stopped holds no destroy up. After a destroy that fails later the agent stays stopped.
 */
export function createStopAgentStep(ports: Ports, limits: Pick<StepLimits, "agentStopMs">): Step {
  return {
    name: "stop-agent",
    kind: "destroy",
    lane: "destroy",
    after: ["cancel-provision"],
    timeoutMs: limits.agentStopMs + 30_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      if (record.machineId === undefined) return { skipped: true, note: "there is no machine" };
      progress("stopping the agent");
      const limit = { clock: ports.clock, timeoutMs: limits.agentStopMs, signal };
      try {
        return await withDeadline(limit, (deadline) => stop(ports, record, deadline));
      } catch (error) {
        signal.throwIfAborted();
        return { note: `the agent could not be stopped: ${reasonOf(error)}` };
      }
    },
  };
}

async function stop(ports: Ports, thopter: Thopter, signal: AbortSignal): Promise<StepOutcome> {
  const machine = await findMachine(ports, thopter, signal);
  if (machine === undefined) return { skipped: true, note: "the machine is gone" };
  if (machine.status === "stopped") return { skipped: true, note: "the machine is stopped" };
  const agent = agentOf(ports.agents, thopter);
  await ports.sessions.use(thopter, signal, async (session) => agent.stop(session, signal));
  return { note: "agent stopped" };
}
