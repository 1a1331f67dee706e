import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Store } from "../core/ports/store.ts";
import type { Report } from "./http-error.ts";

/** Who asked, and how things stood just before they were let in. */
export type Asker = { token: string; caller: Caller; since: number };

/** What ends requests that last, such as streams and waits, with the rights that they were let in by. */
export type Standing = {
  /** How often rights have changed; asked before a caller is let in. */
  count(): number;
  /**
   * The signal aborts, with a UserError, once the token no longer counts or may do something else.
   * Throws UserError "full" when too many requests of the token last already.
   */
  hold(asker: Asker): { signal: AbortSignal; release(): void };
  stop(): void;
};

type Ports = {
  fleet: Pick<Fleet, "authenticate">;
  clock: Clock;
  report: Report;
  /** Tells of tokens and persons that change; without it, only the time does. */
  store?: Pick<Store, "watch"> | undefined;
  /** Hears of each token that ends, or of what it may do from now on. */
  ended(token: string, now: Caller | undefined): Promise<void>;
};

/** Nothing is written when the time of a token is up: it is looked at this often. Milliseconds. */
const lookEveryMs = 15_000;
/** Requests of one token that last at the same time: each keeps what it has not read yet. */
const mostOfToken = 500;

type Held = Asker & { ending: AbortController };

export function createStanding({ fleet, clock, report, store, ended }: Ports): Standing {
  const all = new Set<Held>();
  let changes = 0;
  let cancelLook: (() => void) | undefined;

  const stopWatching = store?.watch((writes) => {
    const isChange = writes.some(
      ({ kind, record }) => (kind === "token" || kind === "person") && record.version > 1,
    );
    if (!isChange) return;
    changes += 1;
    lookAtAll();
  });

  function lookAtAll(): void {
    for (const held of all) void look(held);
  }

  function lookLater(): void {
    cancelLook ??= clock.after(lookEveryMs, () => {
      cancelLook = undefined;
      lookAtAll();
      if (all.size > 0) lookLater();
    });
  }

  async function look(held: Held): Promise<void> {
    const { token, caller } = held;
    try {
      const now = await fleet.authenticate(token, caller.front);
      if (rightsOf(now) !== rightsOf(caller)) await end(held, changed(), now);
    } catch (error) {
      // What cannot be judged goes no further either.
      if (!(error instanceof UserError)) report(error, "a token whose requests last");
      await end(held, error);
    }
  }

  async function end(held: Held, reason: unknown, now?: Caller): Promise<void> {
    if (!all.delete(held)) return;
    held.ending.abort(reason);
    await ended(held.token, now);
  }

  return {
    count: () => changes,
    hold(asker) {
      const own = [...all].filter(({ token }) => token === asker.token).length;
      if (own >= mostOfToken) throw tooMany();
      const held: Held = { ...asker, ending: new AbortController() };
      all.add(held);
      lookLater();
      // Something has changed since this one was let in.
      if (asker.since !== changes) void look(held);
      return { signal: held.ending.signal, release: () => void all.delete(held) };
    },
    stop() {
      stopWatching?.();
      cancelLook?.();
      all.clear();
    },
  };
}

/** What a caller may do, to compare. */
export function rightsOf({ actor, role, readOnly, toolsets }: Caller): string {
  return JSON.stringify([actor, role, readOnly ?? false, toolsets ?? []]);
}

function tooMany(): UserError {
  return new UserError(
    `Cannot wait for more: ${mostOfToken} requests of your token are open already. End some, then try again.`,
    { code: "full" },
  );
}

function changed(): UserError {
  return new UserError("Cannot go on: what your token may do has changed. Ask again.", {
    code: "forbidden",
  });
}
