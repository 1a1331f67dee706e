import { asError } from "./as-error.ts";
import { createSlots } from "./slots.ts";
import type { SshConnection } from "./ssh-connection.ts";
import { endScript } from "./ssh-end-script.ts";

/** Ends commands on the machine by their ids, over a channel of its own. */
export type SshEndings = {
  /**
   * Resolves when what the command started there has ended. When the connection is lost or takes no
   * further channel, over a new one. Rejects when it does not end, or cannot be told.
   */
  end(id: string, connect: () => Promise<SshConnection>): Promise<void>;
  /** Ends over a new connection what an earlier one left. */
  endLeft(connection: SshConnection): Promise<void>;
};

/** OpenSSH gives a connection 10 channels (MaxSessions): these are beside the commands' own. */
const channelsForEnding = 2;

export function createSshEndings(): SshEndings {
  const left = new Set<string>();
  const slots = createSlots(channelsForEnding);

  async function endAll(connection: SshConnection, ids: readonly string[]): Promise<number> {
    const giveBack = await slots.take(new AbortController().signal);
    try {
      const { channel, exited } = await connection.open(`exec /bin/sh -s ${ids.join(" ")}`);
      channel.end(endScript);
      channel.stderr.resume();
      channel.resume();
      const code = await exited;
      if (code === undefined) throw connection.lost() ?? new Error("no answer to that");
      for (const id of ids) left.delete(id);
      return code;
    } finally {
      giveBack();
    }
  }

  async function endOver(connection: SshConnection, id: string): Promise<void> {
    const code = await endAll(connection, [id]);
    if (code !== 0) throw new Error(whyNot[code] ?? `its end failed there with ${code}`);
  }

  return {
    async end(id, connect) {
      left.add(id);
      const connection = await connect();
      // A new connection has ended it already.
      if (!left.has(id)) return;
      try {
        await endOver(connection, id);
      } catch (error) {
        if (!left.has(id)) throw error;
        await connection.close(asError(error));
        await connect();
      }
    },
    async endLeft(connection) {
      if (left.size > 0) await endAll(connection, [...left]);
    },
  };
}

const whyNot: Record<number, string> = {
  1: "it does not even end when it is killed",
  2: "the machine has no grep or no /proc to find its processes with",
};
