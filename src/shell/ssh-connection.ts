import type { Socket } from "node:net";
import type { NodeSSH } from "node-ssh";
import type { Clock } from "../core/ports/clock.ts";
import { asError } from "./as-error.ts";
import { exitOf, type OpenChannel } from "./ssh-channel.ts";
import { connectFailure } from "./ssh-failure.ts";
import { wrongHostKey, type PinnedKey } from "./ssh-host-key.ts";
import { openSocket, placeOf, type SshReach } from "./ssh-reach.ts";
import { watchSilence } from "./ssh-silence.ts";
import { within } from "./ssh-waiting.ts";

export type SshLogin = {
  reach: SshReach;
  username: string;
  /** PEM or OpenSSH's own format, without a passphrase. */
  privateKey: string;
  hostKey: PinnedKey;
};

type Client = NonNullable<NodeSSH["connection"]>;

export type SshConnection = {
  /** Starts a command line there; rejects when that is refused or the connection is lost. */
  open(command: string): Promise<OpenChannel>;
  /** Why the connection has ended, once it has. */
  lost(): Error | undefined;
  /** Ends it for this reason. Resolves when it has ended. */
  close(reason: Error): Promise<void>;
};

export type ConnectOptions = {
  clock: Clock;
  connectMs: number;
  keepaliveMs: number;
};

const goodbyeMs = 1_000;

/** Connects and logs in. Rejects with ProviderError; when the signal aborts, for its reason. */
export async function openConnection(
  login: SshLogin,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<SshConnection> {
  const late = new AbortController();
  const opening = connect(login, options, AbortSignal.any([signal, late.signal]));
  try {
    return await within(options.clock, options.connectMs, opening);
  } catch (error) {
    late.abort(error);
    throw connectFailure(placeOf(login.reach), error);
  }
}

async function connect(
  login: SshLogin,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<SshConnection> {
  // Loaded when it is needed: most hubs never do.
  const { NodeSSH } = await import("node-ssh");
  const socket = await openSocket(login.reach, signal);
  const abort = () => socket.destroy(asError(signal.reason));
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await shakeHands(new NodeSSH(), { socket, login, options });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

type Handshake = { socket: Socket; login: SshLogin; options: ConnectOptions };

async function shakeHands(ssh: NodeSSH, handshake: Handshake): Promise<SshConnection> {
  const { socket, login, options } = handshake;
  const { blob, algorithms } = login.hostKey;
  let shown = blob;
  const ready = ssh.connect({
    sock: socket,
    username: login.username,
    privateKey: login.privateKey,
    algorithms: { serverHostKey: algorithms },
    hostVerifier(key: Buffer) {
      shown = key;
      return key.equals(blob);
    },
    readyTimeout: 0,
    keepaliveInterval: options.keepaliveMs,
    // Only what comes back counts: see `watchSilence`.
    keepaliveCountMax: Number.MAX_SAFE_INTEGER,
  });
  const connection = ssh.connection === null ? undefined : watch(ssh.connection, handshake);
  try {
    await ready;
  } catch (error) {
    throw shown.equals(blob) ? error : wrongHostKey(placeOf(login.reach), login.hostKey, shown);
  }
  if (connection === undefined) throw new Error("the connection ended before it began");
  watchSilence(socket, options);
  return connection;
}

function watch(client: Client, { socket, login, options }: Handshake): SshConnection {
  const place = placeOf(login.reach);
  let lost: Error | undefined;
  const loses = (error: unknown) => {
    const words = `the connection to ${place} was lost: ${asError(error).message}`;
    lost ??= new Error(words, { cause: error });
  };
  // Once it is ready node-ssh listens no more, and an error that nobody hears ends the process.
  client.on("error", loses);
  client.on("end", () => loses(new Error("the other side closed it")));
  socket.once("close", () => loses(new Error("it closed")));

  async function open(command: string): Promise<OpenChannel> {
    for (const pauseMs of fullPausesMs) {
      try {
        return await exec(client, command);
      } catch (error) {
        if (lost !== undefined) throw lost;
        if (!isFull(error)) throw refused(place, error);
      }
      await new Promise<void>((resolve) => options.clock.after(pauseMs, resolve));
    }
    throw refused(place, new Error("it has no channel free"));
  }

  async function close(reason: Error): Promise<void> {
    if (socket.destroyed) return;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    loses(reason);
    client.end();
    const stopTimer = options.clock.after(goodbyeMs, () => socket.destroy());
    await closed.finally(stopTimer);
  }

  return { open, close, lost: () => lost };
}

// Not by node-ssh's own, which keeps all output as text and never waits for who reads it.
function exec(client: Client, command: string): Promise<OpenChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      // Listened for at once: a short command's end may be in the bytes that are being read now.
      else resolve({ channel, exited: exitOf(channel) });
    });
  });
}

// OpenSSH forgets a closed channel a little later than it says so, and counts it until then.
const fullPausesMs = [10, 20, 40, 80, 150, 300, 600, 800];

function isFull(error: unknown): boolean {
  return asError(error).message.startsWith("(SSH) Channel open failure");
}

function refused(place: string, error: unknown): Error {
  return new Error(`${place} refuses: ${asError(error).message}`, { cause: error });
}
