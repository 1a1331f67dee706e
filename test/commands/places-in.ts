/** Every place in a payload, at any depth: what holds it, and under which key. */
export function placesIn(payload: unknown): [Record<string, unknown>, string][] {
  if (typeof payload !== "object" || payload === null) return [];
  // Both lists and objects are such.
  const holder = payload as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, inner]) => [[holder, key], ...placesIn(inner)]);
}
