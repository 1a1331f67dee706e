import { span } from "../core/words.ts";
import { columnsOf, cutTo } from "./shown-text.ts";
import type { Terminal } from "./terminal.ts";

/** How often live lines are drawn again, in milliseconds: the times in them go on. */
const redrawMs = 200;
const eraseLineAbove = "\u001b[1A\u001b[2K";

/** Lines at the end of a terminal that change in place. */
export type LiveLines = {
  /** Draws once more now and leaves the lines and the cursor as they should be. */
  end(): void;
};

/** Draws what `linesNow` answers, again and again; no lines leave nothing. */
export async function openLiveLines(
  terminal: Terminal,
  linesNow: () => readonly string[],
): Promise<LiveLines> {
  // Most commands draw nothing, and start sooner without it.
  const { createLogUpdate } = await import("log-update");
  const draw = createLogUpdate(terminal.drawing);
  let drawn: { lines: readonly string[]; width: number } | undefined;

  function redraw(): void {
    const lines = linesNow();
    const { width } = terminal;
    const isSame = drawn?.width === width && drawn.lines.join("\n") === lines.join("\n");
    if (isSame || (lines.length === 0 && drawn === undefined)) return;
    if (drawn !== undefined && drawn.width > width) {
      draw.clear();
      // In a window that became narrower the lines have been broken, and take more of them.
      terminal.drawing.write(eraseLineAbove.repeat(brokenOf(drawn.lines, width)));
    }
    if (lines.length === 0) draw.clear();
    else draw(lines.join("\n"));
    drawn = lines.length === 0 ? undefined : { lines, width };
  }

  const timer = setInterval(redraw, redrawMs);
  redraw();
  return {
    end() {
      clearInterval(timer);
      redraw();
      draw.done();
    },
  };
}

/** How many lines more these take at a smaller width. */
function brokenOf(lines: readonly string[], width: number): number {
  const rows = lines.map((line) => Math.ceil(columnsOf(withoutStyles(line)) / width));
  return rows.reduce((sum, one) => sum + Math.max(0, one - 1), 0);
}

function withoutStyles(line: string): string {
  // oxlint-disable-next-line no-control-regex -- the styles of our own lines
  return line.replaceAll(/\u001b\[[0-9;]*m/g, "");
}

/** Shows at a terminal what is waited for and how long already; the line is gone once that is over. */
export async function whileWaiting<T>(
  terminal: Terminal,
  { title, words }: { title: string; words: string },
  work: () => Promise<T>,
): Promise<T> {
  if (!terminal.isLive) return work();
  const began = Date.now();
  let isOver = false;
  const live = await openLiveLines(terminal, () => {
    const time = span(Date.now() - began);
    const text = cutTo(`${title}  ${words}`, terminal.width - time.length - 5);
    const mark = terminal.style("cyan", "›");
    return isOver ? [] : [`${mark} ${text}  ${terminal.style("dim", time)}`];
  });
  try {
    return await work();
  } finally {
    isOver = true;
    live.end();
  }
}
