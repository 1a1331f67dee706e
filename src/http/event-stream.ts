import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Kind, Write } from "../core/ports/store.ts";
import type { Report } from "./http-error.ts";

type Options = {
  fleet: Fleet;
  clock: Clock;
  report: Report;
  caller: Caller;
  token: string;
  /** Aborts when the client leaves or the server stops. */
  signal: AbortSignal;
};

/** Proxies tend to cut what is silent for 30 to 60 s. */
const heartbeatMs = 15_000;

const streamed: ReadonlySet<Kind> = new Set<Kind>(["operation", "thopter", "approval"]);

/** The fleet's changes as server-sent events, until the client leaves or its token ends. */
export function eventStream(options: Options): Response {
  const { fleet, caller, signal } = options;
  const ended = new AbortController();
  const all = AbortSignal.any([signal, ended.signal]);
  // Asked before the answer begins, so that a refusal is an answer of its own.
  const writes = fleet.watch(caller, all)[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encode(": connected\n\n"));
      beat(options, controller, all).catch((error: unknown) => {
        if (!(error instanceof UserError)) options.report(error, "the event stream");
        ended.abort();
      });
    },
    async pull(controller) {
      const text = await nextEvent(writes, options);
      if (text !== undefined) return controller.enqueue(encode(text));
      ended.abort();
      controller.close();
    },
    cancel: () => ended.abort(),
  });
  return new Response(body, { headers });
}

const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function nextEvent(
  writes: AsyncIterator<Write>,
  { report, signal }: Options,
): Promise<string | undefined> {
  try {
    for (;;) {
      const next: IteratorResult<Write, unknown> = await writes.next();
      if (next.done === true) return undefined;
      const { kind, record } = next.value;
      if (streamed.has(kind)) return `event: ${kind}\ndata: ${JSON.stringify(record)}\n\n`;
    }
  } catch (error) {
    if (!signal.aborted) report(error, "the event stream");
    return undefined;
  }
}

/** Keeps the stream alive. Throws once its token no longer counts. */
async function beat(
  { clock, fleet, token, caller }: Options,
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(clock, heartbeatMs, signal);
    if (signal.aborted) return;
    // A reader that takes nothing needs no sign of life.
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encode(": alive\n\n"));
    await fleet.authenticate(token, caller.front);
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
