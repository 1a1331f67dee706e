import { EventSourceParserStream } from "eventsource-parser/stream";
import type { HubClient } from "./hub-client.ts";

/** The hub's changes as they happen. */
export type Changes = {
  /** Resolves once an operation has changed since the last call, or the signal has aborted. */
  next(): Promise<void>;
};

/** Any change of any operation may change what one waits for. */
export async function openChanges(client: HubClient, signal: AbortSignal): Promise<Changes> {
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
      if (open || signal.aborted) return;
      throw new Error(
        'Cannot go on watching: the hub closed the connection. Look again with "thopter operation list".',
        { cause: failed },
      );
    },
  };
}
