import type { Step } from "../core/ports/step.ts";

/** Ends the provision of a thopter that is still being made. */
export function createCancelProvisionStep(): Step {
  return {
    name: "cancel-provision",
    kind: "destroy",
    lane: "destroy",
    after: ["check-approval"],
    timeoutMs: 30_000,
    async run(context) {
      const canceled = await context.supersedeProvision();
      return canceled ? { note: "its provision was canceled" } : { skipped: true };
    },
  };
}
