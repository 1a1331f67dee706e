import { ProviderError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";

export type ProgramLimits = { timeoutMs: number; signal?: AbortSignal | undefined };

type Limited = { name: string; finished: Promise<number>; end(reason: Error): void };

/** Ends a program that takes too long or is aborted. */
export function enforceLimits(
  { timeoutMs, signal }: ProgramLimits,
  program: Limited,
  after: Clock["after"],
): void {
  const stopTimer = after(timeoutMs, () => {
    const message = `Cannot finish "${program.name}": it took longer than ${timeoutMs} ms`;
    program.end(new ProviderError(message, { kind: "transient" }));
  });
  const abort = () => program.end(abortedError(program.name, signal));
  signal?.addEventListener("abort", abort, { once: true });
  const letGo = () => {
    stopTimer();
    signal?.removeEventListener("abort", abort);
  };
  void program.finished.then(letGo, letGo);
}

export function abortedError(name: string, signal: AbortSignal | undefined): ProviderError {
  return new ProviderError(`Cannot finish "${name}": it was aborted`, {
    kind: "transient",
    cause: signal?.reason,
  });
}
