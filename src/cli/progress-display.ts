import { createLogUpdate } from "log-update";
import { operationIs } from "../core/operation.ts";
import type { OperationView } from "../core/ports/fleet.ts";
import { columnsOf, cutTo, oneLine } from "./shown-text.ts";
import type { Terminal } from "./terminal.ts";
import { operationWords, span } from "../core/words.ts";

/** How often live lines are drawn again, in milliseconds: the times in them go on. */
const redrawMs = 200;

export type Display = { show(operations: readonly OperationView[]): void; end(): void };

/** Shows how operations go on: live lines at a terminal, a line for each change elsewhere. */
export function createDisplay(terminal: Terminal): Display {
  return terminal.isLive ? createLiveDisplay(terminal) : createPlainDisplay(terminal);
}

function createLiveDisplay(terminal: Terminal): Display {
  const draw = createLogUpdate(terminal.drawing);
  let shown: readonly OperationView[] = [];
  let drawn = "";

  function redraw(): void {
    const text = linesOf(shown, terminal).join("\n");
    // The same again would only flicker.
    if (text !== drawn) draw(text);
    drawn = text;
  }

  const timer = setInterval(redraw, redrawMs);
  return {
    // Changes may come by the hundred: the timer draws them.
    show(operations) {
      const isFirst = shown.length === 0;
      shown = operations;
      if (isFirst) redraw();
    },
    end() {
      clearInterval(timer);
      redraw();
      draw.done();
    },
  };
}

/** A line each while the terminal has room; else those that run, and how many there are besides. */
function linesOf(operations: readonly OperationView[], terminal: Terminal): string[] {
  const room = Math.max(1, terminal.height - 2);
  const nameWidth = Math.max(...operations.map((one) => columnsOf(titleOf(one))));
  const line = (one: OperationView): string => liveLine(one, nameWidth, terminal);
  if (operations.length <= room) return operations.map(line);
  const order = ["running", "queued", "failed", "canceled", "succeeded"];
  const sorted = operations.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const done = operations.filter(operationIs.finished).length;
  const rest = `  and ${operations.length - room + 1} more; ${done} of ${operations.length} are done`;
  return [...sorted.slice(0, room - 1).map(line), terminal.style("dim", rest)];
}

const marks = { queued: "·", running: "›", succeeded: "✓", failed: "✗", canceled: "–" } as const;
const colors = {
  queued: "dim",
  running: "cyan",
  succeeded: "green",
  failed: "red",
  canceled: "yellow",
} as const;

function liveLine(operation: OperationView, nameWidth: number, terminal: Terminal): string {
  const mark = terminal.style(colors[operation.status], marks[operation.status]);
  const since = operation.startedAt ?? operation.createdAt;
  const time = span((operation.finishedAt ?? Date.now()) - since);
  const title = titleOf(operation).padEnd(nameWidth);
  const room = terminal.width - nameWidth - time.length - 7;
  const words = cutTo(oneLine(operationWords(operation)), Math.max(8, room));
  return `${mark} ${title}  ${words}  ${terminal.style("dim", time)}`;
}

function titleOf({ kind, thopterName }: OperationView): string {
  return `${kind} ${thopterName}`;
}

function createPlainDisplay(terminal: Terminal): Display {
  const last = new Map<string, string>();
  return {
    show(operations) {
      for (const operation of operations) {
        const line = `${titleOf(operation)}: ${oneLine(operationWords(operation))}`;
        if (last.get(operation.id) === line) continue;
        last.set(operation.id, line);
        terminal.note(line);
      }
    },
    end: () => undefined,
  };
}
