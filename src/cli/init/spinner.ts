import { S_BAR, unicode } from "@clack/prompts";
import type { Output } from "../terminal.ts";

const frames = unicode ? ["◒", "◐", "◓", "◑"] : [".", "o", "O", "o"];
const frameMs = 80;
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearLine = "\r\u001b[K";

/**
 * Turns in one line while it works, and leaves nothing. The keyboard stays as it is: the terminal sends
 * its signal on Ctrl-C, which aborts the work.
 */
export async function spin<T>(screen: Output, title: string, work: () => Promise<T>): Promise<T> {
  let turn = 0;
  const draw = (): void => {
    turn = (turn + 1) % frames.length;
    screen.write(`${clearLine}${frames[turn] ?? ""}  ${title}`);
  };
  screen.write(`${S_BAR}\n${hideCursor}`);
  draw();
  const timer = setInterval(draw, frameMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // The line with the bar as well, for what is said next brings its own.
    screen.write(`${clearLine}\u001b[1A${clearLine}${showCursor}`);
  }
}
