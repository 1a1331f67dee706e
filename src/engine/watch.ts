import type { Store, Write } from "../core/ports/store.ts";

/** A reader that falls this far behind is cut off: it reads the records again and watches anew. */
const mostWaiting = 100_000;

/** Every durable change of an operation or thopter from now on, until the signal aborts. */
export function watchStore(store: Store, signal: AbortSignal): AsyncIterable<Write> {
  const waiting: Write[] = [];
  let notify: (() => void) | undefined;
  let behind = false;

  const stop = store.watch((writes) => {
    if (waiting.length >= mostWaiting) behind = true;
    else waiting.push(...writes.filter(isShown));
    notify?.();
  });
  if (signal.aborted) stop();
  signal.addEventListener("abort", end, { once: true });

  function end(): void {
    stop();
    notify?.();
  }

  async function* read(): AsyncGenerator<Write> {
    try {
      while (!signal.aborted) {
        if (behind) throw new Error("Cannot go on watching: the reader fell too far behind");
        yield* untilAborted(waiting.splice(0), signal);
        if (waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          notify = resolve;
          if (signal.aborted || behind || waiting.length > 0) resolve();
        });
      }
    } finally {
      signal.removeEventListener("abort", end);
      stop();
    }
  }

  return read();
}

function* untilAborted(writes: readonly Write[], signal: AbortSignal): Generator<Write> {
  for (const write of writes) {
    if (signal.aborted) return;
    yield write;
  }
}

function isShown({ kind }: Write): boolean {
  return kind === "operation" || kind === "thopter" || kind === "approval";
}
