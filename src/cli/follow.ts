import { operationIs } from "../core/operation.ts";
import type { OperationView } from "../core/ports/fleet.ts";
import { openChanges } from "./changes.ts";
import type { HubClient } from "./hub-client.ts";
import { openDisplay } from "./progress-display.ts";
import type { Terminal } from "./terminal.ts";

/** Shows operations until all have finished: live lines on a terminal, a line for each step in a pipe. */
export async function followOperations(
  client: HubClient,
  ids: readonly string[],
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<OperationView[]> {
  const over = new AbortController();
  const changes = await openChanges(client, AbortSignal.any([signal, over.signal]));
  const display = await openDisplay(terminal);
  const ended = new Map<string, OperationView>();
  async function look(id: string): Promise<OperationView> {
    const operation = ended.get(id) ?? (await client.call("getOperation", { id }, signal));
    if (operationIs.finished(operation)) ended.set(id, operation);
    return operation;
  }
  try {
    for (;;) {
      const operations = await Promise.all(ids.map(look));
      display.show(operations);
      if (operations.every(operationIs.finished)) return operations;
      await changes.next();
    }
  } finally {
    over.abort();
    display.end();
    if (signal.aborted) terminal.note(leftAlone(ids));
  }
}

/** Who stops looking cancels nothing, and should know. */
function leftAlone(ids: readonly string[]): string {
  const look =
    ids.length === 1 ? `thopter operation get ${ids.join("")}` : "thopter operation list";
  return `Not watching any more; the hub goes on with it. Look again with: ${look}`;
}
