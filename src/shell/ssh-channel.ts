import { constants } from "node:os";
import type { NodeSSH } from "node-ssh";

/** The streams of one command there. */
export type SshChannel = Awaited<ReturnType<NodeSSH["requestShell"]>>;

export type OpenChannel = { channel: SshChannel; exited: ReturnType<typeof exitOf> };

/**
 * Resolves once the channel has closed: with the exit code, 128 plus the number for a signal, or
 * undefined when there was no answer, for the connection was lost.
 */
export function exitOf(channel: SshChannel): Promise<number | undefined> {
  return new Promise((resolve) => {
    let exitCode: number | undefined;
    channel.once("exit", (code: number | null, signal?: string) => {
      exitCode = code ?? 128 + signalNumber(signal ?? "");
    });
    channel.once("close", () => resolve(exitCode));
  });
}

// OpenSSH names only the signals of the protocol; for any other it sends no more than that.
function signalNumber(name: string): number {
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1] ?? 0;
}

/** Closes a channel whose output nobody reads any more. */
export function discard(channel: SshChannel): void {
  channel.unpipe();
  channel.stderr.unpipe();
  // It tells of its close only when all has been read.
  channel.resume();
  channel.stderr.resume();
  channel.close();
}
