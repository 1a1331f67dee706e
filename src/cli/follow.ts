import { createLogUpdate } from "log-update";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { operationIs } from "../core/operation.ts";
import type { OperationView } from "../core/ports/fleet.ts";
import type { HubClient } from "./hub-client.ts";
import type { Terminal } from "./terminal.ts";
import { operationWords, span } from "./words.ts";

/** How often a live line is drawn again while nothing happens, in milliseconds. */
const redrawMs = 200;

/** Shows operations until all have finished: live lines on a terminal, a line for each change in a pipe. */
export async function followOperations(
  client: HubClient,
  ids: readonly string[],
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<OperationView[]> {
  const ended = new AbortController();
  const changes = await openChanges(client, AbortSignal.any([signal, ended.signal]));
  const display = createDisplay(terminal);
  try {
    for (;;) {
      const operations = await Promise.all(
        ids.map((id) => client.call("getOperation", { id }, signal)),
      );
      display.show(operations);
      if (operations.every(operationIs.finished)) return operations;
      await changes.next();
    }
  } finally {
    ended.abort();
    display.end();
  }
}

/** Any change of any operation may change what one waits for. */
async function openChanges(
  client: HubClient,
  signal: AbortSignal,
): Promise<{ next(): Promise<void> }> {
  const events = (await client.events(signal))
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  let pending = 0;
  let failed: unknown;
  let notify: (() => void) | undefined;
  let open = true;

  async function read(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.event === "operation") pending += 1;
      notify?.();
    }
  }

  read()
    .catch((error: unknown) => {
      failed = error;
    })
    .finally(() => {
      open = false;
      notify?.();
    });

  return {
    async next() {
      while (pending === 0 && open) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
      pending = 0;
      if (!open && !signal.aborted) {
        throw new Error(
          'Cannot go on watching: the hub closed the connection. Look again with "thopter operation list".',
          { cause: failed },
        );
      }
    },
  };
}

type Display = { show(operations: readonly OperationView[]): void; end(): void };

function createDisplay(terminal: Terminal): Display {
  return terminal.isLive ? createLiveDisplay(terminal) : createPlainDisplay(terminal);
}

function createLiveDisplay(terminal: Terminal): Display {
  const draw = createLogUpdate(process.stderr);
  let shown: readonly OperationView[] = [];
  const redraw = (): void =>
    draw(shown.map((operation) => liveLine(operation, terminal)).join("\n"));
  const timer = setInterval(redraw, redrawMs);
  return {
    show(operations) {
      shown = operations;
      redraw();
    },
    end() {
      clearInterval(timer);
      draw.done();
    },
  };
}

const marks = { queued: "·", running: "›", succeeded: "✓", failed: "✗", canceled: "–" } as const;
const colors = {
  queued: "dim",
  running: "cyan",
  succeeded: "green",
  failed: "red",
  canceled: "yellow",
} as const;

function liveLine(operation: OperationView, terminal: Terminal): string {
  const mark = terminal.style(colors[operation.status], marks[operation.status]);
  const since = operation.startedAt ?? operation.createdAt;
  const time = span((operation.finishedAt ?? Date.now()) - since);
  const line = `${operation.kind} ${operation.thopterName}  ${operationWords(operation)}  (${time})`;
  return `${mark} ${line.slice(0, terminal.width - 3)}`;
}

function createPlainDisplay(terminal: Terminal): Display {
  const last = new Map<string, string>();
  return {
    show(operations) {
      for (const operation of operations) {
        const line = `${operation.kind} ${operation.thopterName}: ${operationWords(operation)}`;
        if (last.get(operation.id) === line) continue;
        last.set(operation.id, line);
        terminal.note(line);
      }
    },
    end: () => undefined,
  };
}
