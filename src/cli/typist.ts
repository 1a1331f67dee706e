import type { Keyboard } from "./command.ts";

/** Ctrl-] */
const leaveKey = 0x1d;
const mostAtOnce = 4096;
/** From here on the keyboard waits: a paste may be long. */
const mostPending = 65_536;

type Ports = {
  /** Gets bytes in base64, one piece after the other. */
  send(data: string): Promise<void>;
  /** The person wants to leave, or typing failed. */
  leave(error?: unknown): void;
};

/** Carries what is typed, in order and as it is, until the key that leaves. */
export function createTypist(keyboard: Keyboard, { send, leave }: Ports): { stop(): void } {
  let pending = Buffer.alloc(0);
  let isSending = false;
  let isLeaving = false;

  function take(chunk: Buffer | string): void {
    if (isLeaving) return;
    const bytes = Buffer.from(chunk);
    const end = bytes.indexOf(leaveKey);
    isLeaving = end >= 0;
    pending = Buffer.concat([pending, end < 0 ? bytes : bytes.subarray(0, end)]);
    if (pending.length > mostPending) keyboard.pause();
    if (!isSending) carry().catch(leave);
  }

  async function carry(): Promise<void> {
    isSending = true;
    try {
      while (pending.length > 0) {
        const piece = pending.subarray(0, mostAtOnce);
        pending = pending.subarray(mostAtOnce);
        await send(piece.toString("base64"));
        if (pending.length <= mostPending) keyboard.resume();
      }
    } finally {
      isSending = false;
    }
    if (isLeaving) leave();
  }

  keyboard.setRawMode?.(true);
  keyboard.on("data", take);
  keyboard.resume();
  return {
    stop() {
      keyboard.off("data", take);
      keyboard.pause();
      keyboard.setRawMode?.(false);
    },
  };
}
