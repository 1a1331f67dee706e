import { z } from "zod";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { nextField } from "./fields.ts";
import { explanationOf } from "./operation-view.ts";

/** What a request about one operation answers. */
export function requestedSchema(idWords: string) {
  return z.strictObject({
    operation: z.string().describe(idWords),
    thopter: z.string().describe("Name"),
    explanation: z.string().describe("How it stands, or why it waits"),
    next: nextField,
  });
}

export function viewRequested(
  operation: OperationView,
  next: string,
): z.input<ReturnType<typeof requestedSchema>> {
  const { id, thopterName } = operation;
  return {
    operation: id,
    thopter: thopterName,
    explanation: explanationOf(operation),
    next,
  };
}
