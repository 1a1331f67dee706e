import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from "cockatiel";
import type { CircuitBreakerPolicy } from "cockatiel";
import { isTransient } from "../core/errors.ts";
import type { Lane } from "../core/operation.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Schedule } from "../core/schedule.ts";
import { RunStopped } from "./run-stopped.ts";

export type BreakerOptions = {
  /** Opens after this many transient errors in a row. */
  failures: number;
  /** Tries again with one operation after this long, in milliseconds. */
  halfOpenAfterMs: number;
};

type Target = { provider: string; lane: Lane };

/** Runs work under the breaker of its provider and lane; it counts, the engine's clock decides when to try again. */
export type BreakerPanel = {
  run<T>(target: Target, work: () => Promise<T>): Promise<T>;
};

export function createBreakerPanel(
  ports: { clock: Clock; schedule: () => Schedule; wake: () => void },
  options: BreakerOptions,
): BreakerPanel {
  const policies = new Map<string, CircuitBreakerPolicy>();

  function set(target: Target, state: Parameters<Schedule["setBreaker"]>[1]): void {
    ports.schedule().setBreaker(target, state, ports.clock.now());
    ports.wake();
  }

  function createPolicy(target: Target): CircuitBreakerPolicy {
    let cancelTimer: (() => void) | undefined;

    /** A try that was told to stop says nothing of the provider: another one has to. */
    function isFailure(error: Error): boolean {
      const saysNothing = error instanceof RunStopped && policy.state === CircuitState.HalfOpen;
      return isTransient(error) || saysNothing;
    }

    const policy: CircuitBreakerPolicy = circuitBreaker(handleWhen(isFailure), {
      // The engine's clock decides when to try again: by then cockatiel must let the one try through.
      halfOpenAfter: 0,
      breaker: new ConsecutiveBreaker(options.failures),
    });
    policy.onBreak(() => {
      const until = ports.clock.now() + options.halfOpenAfterMs;
      set(target, { state: "open", until });
      cancelTimer?.();
      cancelTimer = ports.clock.after(options.halfOpenAfterMs, () => {
        if (policy.state === CircuitState.Open) set(target, { state: "half-open" });
      });
    });
    policy.onReset(() => set(target, undefined));
    return policy;
  }

  return {
    run(target, work) {
      const key = `${target.lane} ${target.provider}`;
      const policy = policies.get(key) ?? createPolicy(target);
      policies.set(key, policy);
      return policy.execute(work);
    },
  };
}
