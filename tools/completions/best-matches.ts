/** The protocol's limit for one answer. */
const mostValues = 100;

/** The values that begin with what was typed, then those that contain it. */
export function bestMatches(
  values: readonly string[],
  typed: string,
): { values: string[]; total: number; hasMore: boolean } {
  const wanted = typed.toLowerCase();
  const placed = values.map((value) => ({ value, at: value.toLowerCase().indexOf(wanted) }));
  const matching = [
    ...placed.filter(({ at }) => at === 0),
    ...placed.filter(({ at }) => at > 0),
  ].map(({ value }) => value);
  const shown = matching.slice(0, mostValues);
  return { values: shown, total: matching.length, hasMore: matching.length > shown.length };
}
