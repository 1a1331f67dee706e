import { z } from "zod";
import { operationKinds, operationStatuses } from "../../src/core/operation.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { untrustedText } from "../../src/core/untrusted-text.ts";

const longestError = 2000;

export const operationSchema = z.strictObject({
  id: z.string().describe("For wait_for_operations"),
  kind: z.enum(operationKinds).describe("What it does"),
  thopter: z.string().describe("Name"),
  status: z.enum(operationStatuses).describe("The last three are final"),
  explanation: z.string().describe("How it stands, or why it waits"),
});

/** An operation as tools show it: the hub's facts alone. */
export function viewOperation(operation: OperationView): z.input<typeof operationSchema> {
  const { id, kind, thopterName, status } = operation;
  return { id, kind, thopter: thopterName, status, explanation: explanationOf(operation) };
}

/** How it stands, or why it waits, and what it does now. */
export function explanationOf({ explanation, progress }: OperationView): string {
  return progress === undefined ? explanation : `${explanation} ${progress}`;
}

/** Why an operation failed or is tried again. The words may quote what a machine or an agent said. */
export function failureOf({ error }: OperationView): string | undefined {
  if (error === undefined) return undefined;
  const causes = error.causes.filter((cause) => cause !== error.message);
  return untrustedText([error.message, ...causes].join("\n"), { maxLength: longestError });
}

/** One operation in a few words. */
export function operationWords({ kind, thopterName, status }: OperationView): string {
  return `${kind} ${thopterName}: ${status}`;
}
