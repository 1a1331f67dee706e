import { UserError } from "../core/errors.ts";
import type { Agent } from "../core/ports/agent.ts";
import type { Thopter } from "../core/thopter.ts";
import type { StepPorts } from "./ports.ts";

export function agentOf(
  agents: StepPorts["agents"],
  thopter: Pick<Thopter, "name" | "agent">,
): Agent {
  const agent = agents[thopter.agent];
  if (agent !== undefined) return agent;
  throw new UserError(
    `Cannot reach the agent of "${thopter.name}": the hub has no agent "${thopter.agent}". Configure it again.`,
    { code: "unavailable" },
  );
}
