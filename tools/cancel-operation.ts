import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { operationField } from "./views/fields.ts";
import { requestedSchema, viewRequested } from "./views/requested-view.ts";

export const cancelOperation = defineTool({
  name: "cancel_operation",
  title: "Cancel an operation",
  description:
    "Cancels an operation that waits or runs and returns how it stands; what a canceled provision had made is destroyed. Use it to take back a request. Not to end a thopter that is ready (destroy_thopters), and not once a destroy has begun to remove the machine.",
  input: z.strictObject({
    operation: operationField,
    reason: z.string().min(1).max(1000).describe("Why, for the record"),
  }),
  output: requestedSchema("Its id"),
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: false,
  },
  toolset: "default",
  minimumRole: "operator",
  mutates: true,
  async handler({ operation: id, reason }, { fleet, caller }) {
    const operation = await fleet.cancelOperation(caller, { id, reason });
    const next =
      operation.status === "canceled"
        ? "It is canceled. list_thopters shows what is left."
        : `It lets go now. wait_for_operations with ids ["${operation.id}"] waits for its end.`;
    return { text: next, content: viewRequested(operation, next) };
  },
});
