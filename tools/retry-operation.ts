import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { operationField } from "./views/fields.ts";
import { requestedSchema, viewRequested } from "./views/requested-view.ts";

export const retryOperation = defineTool({
  name: "retry_operation",
  title: "Retry an operation",
  description:
    "Asks again for what a failed or canceled operation was to do; returns the new one. Use it when get_operation shows a cause that has passed. Not while it waits or runs: the hub retries by itself.",
  input: z.strictObject({ operation: operationField }),
  output: requestedSchema("Id of the new one"),
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: false,
    openWorldHint: true,
  },
  toolset: "default",
  minimumRole: "operator",
  mutates: true,
  async handler({ operation: id }, { fleet, caller }) {
    const operation = await fleet.retryOperation(caller, id);
    const next = `wait_for_operations with ids ["${operation.id}"] waits for its end.`;
    return {
      text: `Accepted as ${operation.id}. ${next}`,
      content: viewRequested(operation, next),
    };
  },
});
