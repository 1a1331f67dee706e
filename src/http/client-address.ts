import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Where a request comes from, for people to read and for limits. From this machine it may come
 * through a proxy: then it is what that one says, which is as good as the proxy.
 */
export function clientAddress(incoming: Pick<IncomingMessage, "headers" | "socket">): string {
  const address = plain(incoming.socket.remoteAddress ?? "");
  if (!/^(?:127\.|::1$)/.test(address)) return address === "" ? "an unknown address" : address;
  const forwarded = [incoming.headers["x-forwarded-for"] ?? []].flat().join(",");
  const last = plain(forwarded.split(",").at(-1)?.trim() ?? "");
  return isIP(last) === 0 ? address : `${last} (by a proxy on the hub's machine)`;
}

/** IPv4 as such where it arrives wrapped in IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
