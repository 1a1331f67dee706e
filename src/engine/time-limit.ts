import { timeout, TimeoutStrategy } from "cockatiel";
import type { TimeoutPolicy } from "cockatiel";
import { ProviderError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";

export type TimeLimit = {
  /** What is limited, for the error's words. */
  name: string;
  timeoutMs: number;
  /** How long work may take to let go after an abort before it is abandoned. */
  graceMs: number;
  signal: AbortSignal;
};

export type TimeLimiter = <T>(
  limit: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** Makes limits that share their policies: most steps have the same few. */
export function createTimeLimiter(clock: Clock): TimeLimiter {
  const policies = new Map<number, TimeoutPolicy>();
  return (limit, work) => {
    const policy = policies.get(limit.timeoutMs) ?? timeout(limit.timeoutMs, whileItRuns);
    policies.set(limit.timeoutMs, policy);
    return withTimeLimit(limit, { clock, policy }, work);
  };
}

/**
 * Runs work that is told to stop when its time is up or the signal aborts; then it throws a
 * transient ProviderError or the signal's reason. Work that does not let go within the grace is
 * abandoned: what it answers later reaches nobody.
 */
async function withTimeLimit<T>(
  limit: TimeLimit,
  { clock, policy }: { clock: Clock; policy: TimeoutPolicy },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  limit.signal.throwIfAborted();
  let ranOut = false;
  let cancelGrace: (() => void) | undefined;
  try {
    return await policy.execute(({ signal }) => {
      const abandoned = new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          ranOut = !limit.signal.aborted;
          cancelGrace = clock.after(limit.graceMs, () => reject(timeLimitError(limit, undefined)));
        });
      });
      return Promise.race([work(signal), abandoned]);
    }, limit.signal);
  } catch (error) {
    limit.signal.throwIfAborted();
    throw ranOut ? timeLimitError(limit, error) : error;
  } finally {
    cancelGrace?.();
  }
}

// By default cockatiel aborts after the work has ended as well: any failure would look like a time-out.
const whileItRuns = { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false };

function timeLimitError(limit: TimeLimit, cause: unknown): ProviderError {
  return new ProviderError(
    `Cannot finish "${limit.name}": it took longer than ${Math.ceil(limit.timeoutMs / 1000)} s`,
    { kind: "transient", cause },
  );
}
