import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Kind, Write } from "../core/ports/store.ts";
import type { Report } from "./http-error.ts";
import { linkSignals } from "./linked-signal.ts";

type Options = {
  fleet: Fleet;
  clock: Clock;
  report: Report;
  caller: Caller;
  /** The client leaves, its token ends or may do something else, or the server stops. */
  until: readonly AbortSignal[];
  onEnd: () => void;
};

/** Proxies tend to cut what is silent for 30 to 60 s. */
const heartbeatMs = 15_000;

const streamed: ReadonlySet<Kind> = new Set<Kind>(["operation", "thopter", "approval"]);

/** The fleet's changes as server-sent events, until the client leaves or its token ends. */
export function eventStream(options: Options): Response {
  const { fleet, caller, report } = options;
  const ended = new AbortController();
  const { signal, release } = linkSignals([...options.until, ended.signal]);
  // Asked before the answer begins, so that a refusal is an answer of its own.
  const writes = orElse(end, () => fleet.watch(caller, signal))[Symbol.asyncIterator]();

  function end(error?: unknown): void {
    const isFault = error !== undefined && !signal.aborted && !(error instanceof UserError);
    if (isFault) report(error, "the event stream");
    ended.abort();
    release();
    options.onEnd();
  }

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encode(": connected\n\n"));
      beat(options, controller, signal).catch(end);
    },
    async pull(controller) {
      const text = await nextEvent(writes).catch(end);
      if (text !== undefined) return controller.enqueue(encode(text));
      end();
      controller.close();
    },
    cancel: () => end(),
  });
  return new Response(body, { headers });
}

function orElse<T>(undo: () => void, work: () => T): T {
  try {
    return work();
  } catch (error) {
    undo();
    throw error;
  }
}

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function nextEvent(writes: AsyncIterator<Write>): Promise<string | undefined> {
  for (;;) {
    const next: IteratorResult<Write, unknown> = await writes.next();
    if (next.done === true) return undefined;
    const { kind, record } = next.value;
    if (streamed.has(kind)) return `event: ${kind}\ndata: ${JSON.stringify(record)}\n\n`;
  }
}

/** Keeps the stream alive. */
async function beat(
  { clock }: Options,
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(clock, heartbeatMs, signal);
    if (signal.aborted) return;
    // A reader that takes nothing needs no sign of life.
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encode(": alive\n\n"));
  }
}

/** Resolves after a time, or at once when the signal aborts. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener("abort", end);
  });
}
