import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { asError } from "./as-error.ts";

/**
 * How a machine's SSH server is reached: at an address (IPv4, IPv6, or a name), or inside TLS, which
 * is ended before the server.
 */
export type SshReach =
  | { kind: "tcp"; host: string; port: number }
  | {
      kind: "tls";
      host: string;
      port: number;
      /** The name that the certificate must carry; also tells the other side whom to connect to. */
      servername: string;
      /** PEM of who signed the certificate, when it is nobody the system trusts. */
      ca?: string;
    };

/** The reach in words, for an error message. */
export function placeOf(reach: SshReach): string {
  const host = reach.host.includes(":") ? `[${reach.host}]` : reach.host;
  const place = `${host}:${reach.port}`;
  return reach.kind === "tls" ? `${place} (TLS for "${reach.servername}")` : place;
}

/** Opens the stream that SSH speaks over. When the signal aborts, the socket fails with its reason. */
export async function openSocket(reach: SshReach, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = reach.kind === "tls" ? connectTls({ ...reach }) : connect({ ...reach });
  const abort = () => socket.destroy(asError(signal.reason));
  signal.addEventListener("abort", abort, { once: true });
  try {
    await once(socket, reach.kind === "tls" ? "secureConnect" : "connect");
    // Otherwise each small command waits some 40 ms for the packet before it.
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
