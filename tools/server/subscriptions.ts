import { UserError } from "../../src/core/errors.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Write } from "../../src/core/ports/store.ts";
import type { Report } from "../define-tool.ts";
import type { Sight } from "../resources/define-resource.ts";
import { resourceAt, templateResources } from "../resources/resource-catalogue.ts";

/** What one connection follows. Nothing is watched for a connection that follows nothing. */
export type Subscriptions = {
  /** Throws UserError when there is no such resource, or no room for another. */
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): void;
  /** From now on the client is told when the list of resources has changed. */
  followList(): void;
  close(): void;
};

type Ports = Sight & { clock: Clock; report: Report };

export type Notify = {
  updated(uri: string): Promise<void>;
  listChanged(): Promise<void>;
};

export const mostSubscriptions = 100;
/** However often a record changes, its followers are told at most this often, in milliseconds. */
export const quietMs = 250;

/** Tells a client of durable changes to what it follows. */
export function createSubscriptions(ports: Ports, notify: Notify): Subscriptions {
  const { clock, report } = ports;
  const followed = new Map<string, (write: Write) => boolean>();
  const changed = new Set<string>();
  let isListFollowed = false;
  let isListChanged = false;
  let cancelTelling: (() => void) | undefined;
  let watching: AbortController | undefined;
  let isClosed = false;

  function note(write: Write): void {
    for (const [uri, changesWith] of followed) if (changesWith(write)) changed.add(uri);
    isListChanged ||= isListFollowed && listChangesWith(write);
    if (changed.size > 0 || isListChanged) cancelTelling ??= clock.after(quietMs, tell);
  }

  function tell(): void {
    cancelTelling = undefined;
    // Before the client is told, so that nothing comes to pass unseen in between.
    watchWhileFollowing();
    const messages = [...changed].map((uri) => notify.updated(uri));
    if (isListChanged) messages.push(notify.listChanged());
    changed.clear();
    isListChanged = false;
    for (const message of messages) {
      message.catch((error: unknown) => report(error, "telling a client of a change"));
    }
  }

  /** What came to pass unseen may have changed all of it. It is watched again before that is told. */
  function noteAll(): void {
    for (const uri of followed.keys()) changed.add(uri);
    isListChanged ||= isListFollowed;
    cancelTelling ??= clock.after(quietMs, tell);
  }

  function watchWhileFollowing(): void {
    if (followed.size === 0 && !isListFollowed) return stopWatching();
    if (watching !== undefined) return;
    const { signal } = (watching = new AbortController());
    watch(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      report(error, "watching for a client");
      watching = undefined;
      noteAll();
    });
  }

  async function watch(signal: AbortSignal): Promise<void> {
    for await (const write of ports.fleet.watch(ports.caller, signal)) note(write);
  }

  function stopWatching(): void {
    watching?.abort();
    watching = undefined;
    cancelTelling?.();
    cancelTelling = undefined;
    changed.clear();
    isListChanged = false;
  }

  return {
    async subscribe(uri) {
      if (followed.has(uri)) return;
      const { find, changesWith } = resourceAt(uri);
      await find(ports);
      if (isClosed) return;
      if (followed.size >= mostSubscriptions) throw tooMany(uri);
      followed.set(uri, changesWith);
      watchWhileFollowing();
    },
    unsubscribe(uri) {
      followed.delete(uri);
      changed.delete(uri);
      watchWhileFollowing();
    },
    followList() {
      isListFollowed = true;
      watchWhileFollowing();
    },
    close() {
      isClosed = true;
      followed.clear();
      isListFollowed = false;
      stopWatching();
    },
  };
}

function listChangesWith(write: Write): boolean {
  return templateResources.some(({ list }) => list?.changesWith(write) === true);
}

function tooMany(uri: string): UserError {
  return new UserError(
    `Cannot subscribe to "${uri}": this connection follows ${String(mostSubscriptions)} resources already. Unsubscribe from one, or subscribe to thopter://thopters.`,
    { code: "full" },
  );
}
