import { isRetryable, ProviderError, UserError } from "../core/errors.ts";
import type { Unsaved } from "../core/plan.ts";
import type { StepContext, StepOutcome } from "../core/ports/step.ts";
import { countWork, reasonOf } from "./words.ts";

export type Unsavable = {
  unsaved: Unsaved;
  /** Why it could not be bundled. */
  error: unknown;
  /** Why it could not be pushed either. */
  refusal?: string;
};

/** Goes on without the work where that was asked for; else throws, and says what force would cost. */
export function giveUp(
  { operation, thopter }: Pick<StepContext, "operation" | "thopter">,
  { unsaved, error, refusal }: Unsavable,
): StepOutcome {
  const why =
    refusal === undefined ? reasonOf(error) : `${reasonOf(error)}; not pushed: ${refusal}`;
  const loss = unsaved.state === "yes" ? countWork(unsaved) : "work that cannot be counted now";
  if (operation.force) return { note: `not saved, as force allows: ${loss} (${why})` };
  const message = `Cannot destroy "${thopter().name}": its work could not be saved (${why}). Its agent was told to stop. Mend this and destroy it again, or destroy it with force, which loses ${loss}.`;
  throw isRetryable(error)
    ? new ProviderError(message, { kind: "transient", cause: error })
    : new UserError(message, { code: "conflict", cause: error });
}
