import { ProviderError } from "../core/errors.ts";
import type { SshConnection } from "./ssh-connection.ts";

/** The one connection that a shell's commands share. */
export type SshLink = {
  /** The connection as it is, or a new one when there is none or it was lost. */
  get(): Promise<SshConnection>;
  close(): Promise<void>;
};

/** Opens a connection when it is first asked for one; who asks meanwhile gets the same. */
export function createSshLink(open: (signal: AbortSignal) => Promise<SshConnection>): SshLink {
  const closing = new AbortController();
  const closed = new ProviderError("Cannot connect: the shell is closed", { kind: "transient" });
  let current: Promise<SshConnection> | undefined;

  async function openNext(): Promise<SshConnection> {
    try {
      return await open(closing.signal);
    } catch (error) {
      current = undefined;
      throw error;
    }
  }

  return {
    async get() {
      if (closing.signal.aborted) throw closed;
      // Who waits for a connection that is lost meanwhile asks for the next one, once for all.
      const before = current;
      if (before !== undefined && (await before).lost() === undefined) return before;
      if (current === before || current === undefined) current = openNext();
      return current;
    },
    async close() {
      closing.abort(closed);
      const last = await current?.catch(() => undefined);
      await last?.close(closed);
    },
  };
}
