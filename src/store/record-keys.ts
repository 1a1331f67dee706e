import type { Kind } from "../core/ports/store.ts";

export function keyOf(kind: Kind, id: string): string {
  return `${kind}:${id}`;
}

/** The keys of a kind lie between these two; neither is itself a key with an id. */
export function keyRange(kind: Kind): { from: string; to: string } {
  // ";" is the character behind ":".
  return { from: `${kind}:`, to: `${kind};` };
}
