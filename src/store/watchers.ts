import type { Write } from "../core/ports/store.ts";

type Listener = (writes: readonly Write[]) => void;

export type Watchers = {
  watch(listener: Listener): () => void;
  tell(writes: readonly Write[]): void;
};

/** Tells each listener of each commit; what one throws goes to `onError` and stops nothing. */
export function createWatchers(onError: (error: unknown) => void): Watchers {
  const watching = new Set<{ listener: Listener }>();
  return {
    watch(listener) {
      // The same function may watch twice.
      const entry = { listener };
      watching.add(entry);
      return () => {
        watching.delete(entry);
      };
    },
    tell(writes) {
      for (const { listener } of watching) {
        try {
          listener(writes);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
