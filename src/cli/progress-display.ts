import type { OperationView } from "../core/ports/fleet.ts";
import { openLiveLines } from "./live-lines.ts";
import { countedWords, operationLines, operationTitle } from "./operation-lines.ts";
import type { Terminal } from "./terminal.ts";

export type Display = { show(operations: readonly OperationView[]): void; end(): void };

/** Shows how operations go on: live lines at a terminal, a line for each step elsewhere. */
export function openDisplay(terminal: Terminal): Promise<Display> | Display {
  return terminal.isLive ? openLiveDisplay(terminal) : createPlainDisplay(terminal);
}

async function openLiveDisplay(terminal: Terminal): Promise<Display> {
  let shown: readonly OperationView[] = [];
  const live = await openLiveLines(terminal, () =>
    shown.length === 0 ? [] : operationLines(shown, terminal, Date.now()),
  );
  return {
    // Changes may come by the hundred: they are drawn when it is time again.
    show(operations) {
      shown = operations;
    },
    end: live.end,
  };
}

/** A line where an operation comes to another step or standing: what it says in between is passed over. */
function createPlainDisplay(terminal: Terminal): Display {
  const last = new Map<string, string>();
  return {
    show(operations) {
      for (const operation of operations) {
        const place = placeOf(operation);
        const before = last.get(operation.id);
        // Between two steps there is a moment without one.
        const isBetween = operation.status === "running" && place.endsWith(" ");
        if (before === place || (before !== undefined && isBetween)) continue;
        last.set(operation.id, place);
        terminal.note(`${operationTitle(operation)}: ${countedWords(operation)}`);
      }
    },
    end: () => undefined,
  };
}

function placeOf({ status, lane, steps, attempts }: OperationView): string {
  const running = steps.filter((step) => step.status === "running").map(({ name }) => name);
  return `${status} ${lane} ${attempts} ${running.join(" ")}`;
}
