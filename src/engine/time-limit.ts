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

/**
 * Runs work that is told to stop when its time is up or the signal aborts; then it throws a
 * transient ProviderError or the signal's reason. Work that does not let go within the grace is
 * abandoned: what it answers later reaches nobody.
 */
export function createTimeLimiter(clock: Clock): TimeLimiter {
  return async (limit, work) => {
    limit.signal.throwIfAborted();
    const stop = createStop(limit, clock);
    const timer = setTimeout(stop.timeIsUp, limit.timeoutMs);
    limit.signal.addEventListener("abort", stop.begin);
    try {
      return await Promise.race([work(stop.signal), stop.abandoned]);
    } catch (error) {
      limit.signal.throwIfAborted();
      throw stop.ranOut ? timeLimitError(limit, error) : error;
    } finally {
      clearTimeout(timer);
      limit.signal.removeEventListener("abort", stop.begin);
      stop.end();
    }
  };
}

type Stop = {
  /** Aborts when the work is to stop. */
  signal: AbortSignal;
  /** Rejects when the work was told to stop and has not let go within the grace. */
  abandoned: Promise<never>;
  readonly ranOut: boolean;
  begin(): void;
  timeIsUp(): void;
  end(): void;
};

function createStop(limit: TimeLimit, clock: Clock): Stop {
  const controller = new AbortController();
  let ranOut = false;
  let cancelGrace: (() => void) | undefined;
  let abandon = (_error: ProviderError): void => undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    abandon = reject;
  });

  function begin(): void {
    if (controller.signal.aborted) return;
    controller.abort();
    cancelGrace = clock.after(limit.graceMs, () => abandon(timeLimitError(limit, undefined)));
  }

  return {
    signal: controller.signal,
    abandoned,
    get ranOut() {
      return ranOut;
    },
    begin,
    timeIsUp() {
      ranOut = !controller.signal.aborted;
      begin();
    },
    end: () => cancelGrace?.(),
  };
}

function timeLimitError(limit: TimeLimit, cause: unknown): ProviderError {
  return new ProviderError(
    `Cannot finish "${limit.name}": it took longer than ${Math.ceil(limit.timeoutMs / 1000)} s`,
    { kind: "transient", cause },
  );
}
