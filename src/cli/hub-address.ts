import { UserError } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";

/**
 * The address of a hub as a person gave it, without path. Throws UserError for one that a token would
 * travel to in clear, unless that is wanted.
 */
export function parseHubAddress(text: string, { insecure }: { insecure: boolean }): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError(
      `Cannot log in at "${text}": give the whole address of a hub, such as https://hub.example.com.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError(
      "Cannot log in at an address with a name or password in it: give it without them.",
    );
  }
  if (url.protocol === "https:" || isLoopback(url.hostname) || insecure) return url.origin;
  throw new UserError(
    `Cannot log in at "${url.origin}": without https, everyone on the way could read the token. Give an https address, or --insecure where nobody else is on the way.`,
  );
}
