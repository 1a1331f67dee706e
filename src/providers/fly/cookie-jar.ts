/** Keeps the cookies that bind a client to the place it wrote to, so that it reads what it wrote. */
export type CookieJar = {
  /** What to send with a request to this path; undefined when there is nothing. */
  headerFor(path: string): string | undefined;
  keep(setCookies: readonly string[]): void;
};

/** More than one hub's app would ever have. */
const mostCookies = 50;

export function createCookieJar(): CookieJar {
  const cookies = new Map<string, { pair: string; path: string }>();

  function keepOne(line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const name = pair.slice(0, Math.max(0, pair.indexOf("=")));
    if (name === "") return;
    const valueOf = (wanted: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.split("=")[1];
    const path = valueOf("path") ?? "/";
    const key = `${name} ${path}`;
    cookies.delete(key);
    if (Number(valueOf("max-age") ?? 1) > 0) cookies.set(key, { pair, path });
    const [oldest] = cookies.keys();
    if (cookies.size > mostCookies && oldest !== undefined) cookies.delete(oldest);
  }

  return {
    headerFor(path) {
      const fitting = [...cookies.values()].filter((cookie) => isBelow(path, cookie.path));
      return fitting.length === 0 ? undefined : fitting.map(({ pair }) => pair).join("; ");
    },
    keep(setCookies) {
      for (const line of setCookies) keepOne(line);
    },
  };
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}
