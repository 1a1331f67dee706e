import type { Socket } from "node:net";
import type { Clock } from "../core/ports/clock.ts";

/** So many keepalives without a byte from the other side, and it counts as gone. */
const silentTurns = 3;

/**
 * Destroys a socket whose other side has fallen silent. Any byte is a sign of life: behind a large
 * transfer the answer to a keepalive may come late. Turns are counted, not time, since a hub that
 * was stopped for an hour heard nothing either.
 */
export function watchSilence(
  socket: Socket,
  { clock, keepaliveMs }: { clock: Clock; keepaliveMs: number },
): void {
  let heard = socket.bytesRead;
  let silent = 0;
  let stopTimer = clock.after(keepaliveMs, turn);
  socket.once("close", () => stopTimer());

  function turn(): void {
    silent = socket.bytesRead === heard ? silent + 1 : 0;
    heard = socket.bytesRead;
    if (silent < silentTurns) stopTimer = clock.after(keepaliveMs, turn);
    else socket.destroy(new Error(`it was silent for ${silentTurns * keepaliveMs} ms`));
  }
}
