import type { Step } from "../core/ports/step.ts";
import type { Tombstone } from "../core/tombstone.ts";
import type { StepLimits, StepPorts } from "./ports.ts";

/** Where a create was asked for and never answered, has its tag looked for a while longer. */
export function createLeaveTombstoneStep(
  { clock }: Pick<StepPorts, "clock">,
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
      if (machineIntentAt === undefined || machineId !== undefined) {
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
