import type { Clock } from "../../src/core/ports/clock.ts";
import type { WaitProgress } from "../../src/core/waiting.ts";

/** Clients give up a silent call after 30 to 60 s, some of them sooner. */
const longestSilenceMs = 8000;

/** Passes progress on and, where there is none to pass on, repeats the last words. */
export function steadyProgress(
  clock: Clock,
  progress: (words: string) => void,
): { onProgress: WaitProgress; stop: () => void } {
  let latest = "Waiting";
  let cancel = arm();

  function arm(): () => void {
    return clock.after(longestSilenceMs, say);
  }

  function say(): void {
    cancel();
    cancel = arm();
    progress(latest);
  }

  return {
    onProgress(done, total, words) {
      latest = `${String(done)} of ${String(total)} done: ${words}`;
      say();
    },
    stop: () => cancel(),
  };
}
