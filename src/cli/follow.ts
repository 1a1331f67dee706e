import { operationIs } from "../core/operation.ts";
import type { OperationView } from "../core/ports/fleet.ts";
import { openChanges } from "./changes.ts";
import type { HubClient } from "./hub-client.ts";
import { createDisplay } from "./progress-display.ts";
import type { Terminal } from "./terminal.ts";

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
    if (signal.aborted) terminal.note(leftAlone(ids));
  }
}

/** Who stops looking cancels nothing, and should know. */
function leftAlone(ids: readonly string[]): string {
  const look =
    ids.length === 1 ? `thopter operation get ${ids.join("")}` : "thopter operation list";
  return `Not watching any more; the hub goes on with it. Look again with: ${look}`;
}
