import type { Clock } from "../../core/ports/clock.ts";
import type { FlyMachine } from "./answers.ts";
import type { FlyApi } from "./api.ts";
import { FlyError, hasReason } from "./fly-error.ts";
import { pause } from "../../core/pause.ts";

/** A hub that dies with a lease blocks its machine no longer than this. */
const ttlSeconds = 20;
/** How long another's lease is waited for: longer than one that a dead hub left. */
const patienceMs = 30_000;
const againMs = 1000;

/** Does one thing to a machine under its lease. A lease that is lost on the way is taken again, once. */
export type Leased = <T>(
  machine: FlyMachine,
  options: LeasedOptions,
  work: (nonce: string | undefined) => Promise<T>,
) => Promise<T>;
/** After the last thing that happens to a machine its lease is not given back: it goes with it. */
type LeasedOptions = { signal: AbortSignal; isLast?: boolean };

export function createLeased({ api, clock }: { api: FlyApi; clock: Clock }): Leased {
  async function acquire(machineId: string, signal: AbortSignal): Promise<string> {
    const until = clock.now() + patienceMs;
    for (;;) {
      try {
        return await api.acquireLease(machineId, ttlSeconds, signal);
      } catch (error) {
        // A lease whose answer was lost is our own: it ends by itself as any other.
        const mayPass = hasReason(error, "lease_held", "rate_limit", "timeout", "unavailable");
        if (!mayPass || clock.now() >= until) throw error;
        await pause(clock, againMs, signal);
      }
    }
  }

  async function release(machineId: string, nonce: string): Promise<void> {
    try {
      await api.releaseLease(machineId, nonce, neverAborted);
    } catch (error) {
      // What Fly does not give back ends by itself.
      if (!(error instanceof FlyError)) throw error;
    }
  }

  async function once<T>(
    machineId: string,
    { signal, isLast = false }: LeasedOptions,
    work: (nonce: string) => Promise<T>,
  ): Promise<T> {
    const nonce = await acquire(machineId, signal);
    let isDone = false;
    try {
      const result = await work(nonce);
      isDone = true;
      return result;
    } finally {
      if (!(isDone && isLast)) await release(machineId, nonce);
    }
  }

  return async (machine, options, work) => {
    // A host that does not answer gives no lease, and its machine must go all the same.
    const hasHost = (machine.host_status ?? "ok") === "ok";
    if (!hasHost) return work(undefined);
    try {
      return await once(machine.id, options, work);
    } catch (error) {
      if (!hasReason(error, "lease_held")) throw error;
      return once(machine.id, options, work);
    }
  };
}

const neverAborted = new AbortController().signal;
