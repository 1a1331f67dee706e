import type { TerminalSession } from "../cli/terminal-session.ts";
import type { Frame } from "./moving-picture.ts";

const lookEveryMs = 100;
/** However long nothing changed, nobody waits longer for the next frame. */
const longestMs = 2500;

export type Recorder = {
  /** Shows what is there now for that much longer. */
  hold(ms: number): Promise<void>;
  /** Ends the recording: what was shown, in order. */
  stop(): Promise<Frame[]>;
};

/** Looks at a terminal until it is stopped, and keeps each screen that differs from the one before. */
export function recordTerminal(terminal: TerminalSession): Recorder {
  const frames: (Frame & { since: number; heldMs: number })[] = [];
  let isStopped = false;

  async function look(): Promise<void> {
    const screen = (await terminal.screen(true)).trimEnd();
    const now = Date.now();
    const last = frames.at(-1);
    if (last !== undefined) last.ms = Math.min(now - last.since, longestMs);
    if (last?.screen !== screen) frames.push({ screen, ms: lookEveryMs, since: now, heldMs: 0 });
  }

  async function watch(): Promise<void> {
    while (!isStopped) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  const watching = watch();
  return {
    async hold(ms) {
      await look();
      const last = frames.at(-1);
      if (last !== undefined) last.heldMs += ms;
    },
    async stop() {
      isStopped = true;
      await watching;
      return frames.map(({ screen, ms, heldMs }) => ({ screen, ms: ms + heldMs }));
    },
  };
}
