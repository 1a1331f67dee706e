/** Says why a request's Host and Origin are not this hub's, or nothing when they are. */
export type HostGuard = (headers: Headers) => string | undefined;

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Refuses names that a hostile web page could make a browser send (DNS rebinding). What passes are
 * loopback names and the configured host with the real port, and the public URL.
 */
export function createHostGuard(options: {
  host: string;
  port: number;
  publicUrl: string | undefined;
}): HostGuard {
  const { host, port, publicUrl } = options;
  const names = new Set([...loopbackNames, host.includes(":") ? `[${host}]` : host]);
  const origins = new Set(
    [...names].map((name) => new URL(`http://${name}:${String(port)}`).origin),
  );
  if (publicUrl !== undefined) origins.add(new URL(publicUrl).origin);
  const hosts = new Set([...origins].map((origin) => new URL(origin).host));

  return (headers) => {
    const asked = headers.get("host");
    if (asked === null || !hosts.has(hostOf(asked) ?? "")) {
      return `Cannot answer for the host "${asked?.slice(0, 100) ?? ""}": this hub is ${[...hosts].join(", ")}. Set THOPTER_PUBLIC_URL to reach it by another name.`;
    }
    const origin = headers.get("origin");
    if (origin === null || origins.has(origin.toLowerCase())) return undefined;
    return `Cannot answer the origin "${origin.slice(0, 100)}": only this hub's own pages may call it.`;
  };
}

/** A Host header in the form a URL gives it: small letters, without the standard port. */
function hostOf(header: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(header)) return undefined;
  return URL.canParse(`http://${header}`) ? new URL(`http://${header}`).host : undefined;
}
