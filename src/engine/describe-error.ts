import { causesOf, isRetryable } from "../core/errors.ts";
import type { OperationError } from "../core/operation.ts";

/** What an operation keeps of an error. */
export function describeError(
  error: unknown,
  step: string | undefined,
  redact: (text: string) => string,
): OperationError {
  const causes = causesOf(error).map(redact);
  const described: OperationError = {
    message: causes[0] ?? "Unknown error",
    retryable: isRetryable(error),
    causes: causes.slice(1),
  };
  if (step !== undefined) described.step = step;
  return described;
}
