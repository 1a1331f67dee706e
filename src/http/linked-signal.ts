/**
 * Lends `use` a signal that aborts with any of the others, for as long as it takes. On Node 20
 * AbortSignal.any is no way to follow a signal that outlives the request: it keeps what it made as
 * long as that one.
 */
export async function withLinkedSignal<T>(
  sources: readonly AbortSignal[],
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, release } = linkSignals(sources);
  try {
    return await use(signal);
  } finally {
    release();
  }
}

/** A signal that aborts with any of the others, until it is released. */
export function linkSignals(sources: readonly AbortSignal[]): {
  signal: AbortSignal;
  release: () => void;
} {
  const linked = new AbortController();
  const abort = (): void => linked.abort();
  for (const source of sources) {
    if (source.aborted) abort();
    source.addEventListener("abort", abort);
  }
  return {
    signal: linked.signal,
    release: () => {
      for (const source of sources) source.removeEventListener("abort", abort);
    },
  };
}
