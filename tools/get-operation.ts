import { z } from "zod";
import { defineTool, looksOnly } from "./define-tool.ts";
import { operationField } from "./views/fields.ts";
import { operationDetailSchema, viewOperationDetail } from "./views/operation-detail.ts";
import { operationWords } from "./views/operation-view.ts";

export const getOperation = defineTool({
  name: "get_operation",
  title: "Get an operation",
  description:
    "Returns one operation with its steps, why it waits or how it failed. Use it when an operation is slow or has failed. Not to wait for its end: wait_for_operations.",
  input: z.strictObject({ operation: operationField }),
  output: operationDetailSchema,
  annotations: looksOnly,
  toolset: "default",
  minimumRole: "viewer",
  mutates: false,
  async handler({ operation: id }, { fleet, caller }) {
    const operation = await fleet.getOperation(caller, id);
    return {
      text: `${operationWords(operation)}. ${operation.explanation}`,
      content: viewOperationDetail(operation),
    };
  },
});
