import type { Submitted } from "../core/ports/engine.ts";
import type { Alongside } from "../core/ports/alongside.ts";
import type { Write } from "../core/ports/store.ts";

/** A front's own records for what was accepted; none where all of it was on record before. */
export function besides(
  alongside: Alongside | undefined,
  submitted: readonly Submitted[],
): readonly Write[] {
  if (!submitted.some(({ outcome }) => outcome === "new")) return [];
  return alongside?.({ operations: submitted.map(({ operation }) => operation) }) ?? [];
}
