import { EventSourceParserStream } from "eventsource-parser/stream";
import type { HubClient } from "../../src/cli/hub-client.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Write } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";

/** What a hub tells of its changes, as anyone can follow it. */
export type HubEvents = {
  /** The newest record of each operation that has changed. */
  readonly operations: ReadonlyMap<string, Operation>;
  readonly thopters: ReadonlyMap<string, Thopter>;
  /** All of it, as it came. */
  text(): string;
  /** Resolves when an operation's record, as it is or as it changes, is like this. */
  operation(id: string, isLike: (operation: Operation) => boolean): Promise<Operation>;
  /** Calls back after every change. */
  onChange(listener: (write: Write) => void): void;
  close(): void;
};

const waitMs = 60_000;

export async function followEvents(client: HubClient): Promise<HubEvents> {
  const stop = new AbortController();
  const operations = new Map<string, Operation>();
  const thopters = new Map<string, Thopter>();
  const listeners = new Set<(write: Write) => void>();
  let text = "";
  const stream = await client.events(stop.signal);

  function take(kind: string | undefined, data: string): void {
    text += `${data}\n`;
    // The hub and its tests are one package: what the stream names by its kind has that type.
    const write = { kind, record: JSON.parse(data) as unknown } as Write;
    if (write.kind === "operation") operations.set(write.record.id, write.record);
    if (write.kind === "thopter") thopters.set(write.record.id, write.record);
    for (const listener of listeners) listener(write);
  }

  async function read(): Promise<void> {
    const events = stream
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { event, data } of events) take(event, data);
  }

  // The stream breaks off with its hub, or when it is closed: both are what tests do.
  read().catch(() => undefined);

  return {
    operations,
    thopters,
    text: () => text,
    async operation(id, isLike) {
      const known = operations.get(id);
      if (known !== undefined && isLike(known)) return known;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(listener);
          const last = JSON.stringify(operations.get(id));
          reject(new Error(`Operation ${id} did not become so in time; it is ${last}`));
        }, waitMs);
        function listener(write: Write): void {
          if (write.kind !== "operation" || write.record.id !== id || !isLike(write.record)) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(write.record);
        }
        listeners.add(listener);
      });
    },
    onChange: (listener) => void listeners.add(listener),
    close: () => stop.abort(),
  };
}

/** Whether a step of an operation is in this status. */
export function stepIs(name: string, status: string): (operation: Operation) => boolean {
  return ({ steps }) => steps.some((step) => step.name === name && step.status === status);
}
