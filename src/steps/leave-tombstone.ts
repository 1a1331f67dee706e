import type { Step } from "../core/ports/step.ts";
import type { Tombstone } from "../core/tombstone.ts";
import type { StepLimits, StepPorts } from "./ports.ts";

/**
 * Has a thopter's tag looked for a while longer where a machine may yet appear: a create was asked
 * for and never answered, or the provider may have answered one and still carry out another.
 */
export function createLeaveTombstoneStep(
  { clock, providers }: Pick<StepPorts, "clock" | "providers">,
  { tombstoneMs }: Pick<StepLimits, "tombstoneMs">,
): Step {
  return {
    name: "leave-tombstone",
    kind: "destroy",
    lane: "destroy",
    after: ["verify-gone"],
    timeoutMs: 30_000,
    run({ thopter, operation }) {
      const { id, provider, machineId, machineIntentAt } = thopter();
      const mayAppear = machineId === undefined || providers[provider]?.makesLate === true;
      if (machineIntentAt === undefined || !mayAppear) {
        return Promise.resolve({ skipped: true });
      }
      const now = clock.now();
      const record: Tombstone = {
        // One per destroy: a later destroy of the same thopter may leave its own.
        id: operation.id,
        version: 1,
        provider,
        thopterId: id,
        until: now + tombstoneMs,
        createdAt: now,
      };
      const note = "a machine that appears late will be destroyed";
      return Promise.resolve({ note, writes: [{ kind: "tombstone", record }] });
    },
  };
}
