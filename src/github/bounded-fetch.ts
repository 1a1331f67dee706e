import { ProviderError } from "../core/errors.ts";

/** A page of a hundred comments of the greatest length has about half of it. */
const mostBytes = 16 * 1024 * 1024;
const mostRedirects = 3;
const redirects: readonly number[] = [301, 302, 307, 308];

/** `fetch` that reads no more than 16 MB, and follows an issue that moved no further than its own host. */
export async function boundedFetch(url: string, init: RequestInit): Promise<Response> {
  let target = new URL(url);
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(target, { ...init, redirect: "manual" });
    const location = response.headers.get("location");
    if (!redirects.includes(response.status) || location === null) return bounded(response);
    await response.body?.cancel();
    const next = new URL(location, target);
    // The token goes to nobody else.
    if (next.origin !== target.origin || hops === mostRedirects) {
      throw new ProviderError("Cannot follow where GitHub sends on to: it is another host", {
        kind: "permanent",
      });
    }
    target = next;
  }
}

async function bounded(response: Response): Promise<Response> {
  const { status, headers, body } = response;
  if (body === null) return response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A stream of the web has chunks of bytes; its type in Node says less.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > mostBytes) {
      throw new ProviderError("Cannot read what GitHub answers: it is more than 16 MB", {
        kind: "permanent",
      });
    }
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status, headers });
}
