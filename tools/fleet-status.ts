import { z } from "zod";
import { laneNames } from "../src/core/operation.ts";
import type { LaneStatus } from "../src/core/ports/engine.ts";
import type { FleetStatus } from "../src/core/ports/fleet.ts";
import { stepCountWords } from "../src/core/step-count.ts";
import { agentStatuses, thopterStatuses } from "../src/core/thopter.ts";
import { defineTool, looksOnly } from "./define-tool.ts";

const mostShown = 20;

const workSchema = z.strictObject({
  operation: z.string().describe("Id"),
  words: z.string().describe("What it does or why it waits"),
});

const outputSchema = z.strictObject({
  accepting: z.boolean().describe("Requests are taken now"),
  draining: z.boolean().describe("Stopping: starts nothing new"),
  used: z.int().describe("Thopters that count"),
  limit: z.int().describe("How many there may be"),
  thopters: z.string().describe("How many in which status"),
  agents: z.string().describe("How many in which status"),
  lanes: z.array(z.string()).describe("How much runs and waits in each class of work"),
  running: z.array(workSchema).describe(`At most ${String(mostShown)}`),
  queue: z.array(workSchema).describe(`The first ${String(mostShown)}`),
  failing_providers: z.array(z.string()).describe("Not used now: too much failed there"),
  pending_approvals: z.int().describe("Decisions that persons owe"),
  unknown_machines: z.int().describe("Machines that no thopter accounts for"),
});

export const fleetStatus = defineTool({
  name: "fleet_status",
  title: "Fleet status",
  description:
    "Returns the fleet at a glance: capacity, what runs, what waits and why. Use it when nothing seems to move or before you ask for many thopters. Not for single thopters (list_thopters) or to follow work (wait_for_thopters).",
  input: z.strictObject({}),
  output: outputSchema,
  annotations: looksOnly,
  toolset: "default",
  minimumRole: "viewer",
  mutates: false,
  async handler(_input, { fleet, caller }) {
    const status = await fleet.status(caller);
    const { used, limit } = status.thopters;
    const text = `${String(used)} of ${String(limit)} thopters; ${String(status.running.length)} operations run, ${String(status.queue.length)} wait${status.accepting ? "" : "; the hub takes no requests now"}.`;
    return { text, content: contentOf(status) };
  },
});

function contentOf(status: FleetStatus): z.input<typeof outputSchema> {
  return {
    accepting: status.accepting,
    draining: status.draining,
    used: status.thopters.used,
    limit: status.thopters.limit,
    thopters: counts(thopterStatuses, status.thopterCounts),
    agents: counts(agentStatuses, status.agentCounts),
    lanes: status.lanes.map(laneWords),
    running: status.running.slice(0, mostShown).map((one) => ({
      operation: one.operationId,
      words: `${one.kind} ${one.thopterName}: ${stepOf(one)}, ${String(Math.round(one.sinceMs / 1000))} s`,
    })),
    queue: status.queue.slice(0, mostShown).map((one) => ({
      operation: one.operationId,
      words: `${one.kind} ${one.thopterName}: ${one.explanation}`,
    })),
    failing_providers: [...new Set(status.breakers.map(({ provider }) => provider))],
    pending_approvals: status.pendingApprovals,
    unknown_machines: status.unknownMachines.length,
  };
}

function stepOf({ step, stepCount }: FleetStatus["running"][number]): string {
  if (step === undefined) return "starting";
  return stepCount === undefined ? step : `step ${stepCountWords(stepCount)}, ${step}`;
}

function laneWords({ lane, running, limit, queued, paused }: LaneStatus): string {
  return `${laneNames[lane]}: ${String(running)} of ${String(limit)} run, ${String(queued)} wait${paused ? ", paused" : ""}`;
}

function counts<S extends string>(
  statuses: readonly S[],
  found: Partial<Record<S, number>>,
): string {
  const words = statuses.flatMap((status) => {
    const count = found[status] ?? 0;
    return count === 0 ? [] : [`${String(count)} ${status}`];
  });
  return words.length === 0 ? "none" : words.join(", ");
}
