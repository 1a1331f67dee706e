import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import { isJSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";

/**
 * A fetch that says when the response to JSON-RPC requests has ended, which the SDK keeps to itself.
 * Of the stream that answers no request it says so with no ids.
 */
export function watchedFetch(onEnd: (ids: readonly RequestId[]) => void): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    const ids = requestIds(init?.body);
    const isWatched = ids.length > 0 || init?.method === "GET";
    if (!isWatched || !response.ok || response.body === null) return response;
    const { status, statusText, headers } = response;
    const body = watchEnd(response.body, () => onEnd(ids));
    return new Response(body, { status, statusText, headers });
  };
}

function requestIds(body: unknown): RequestId[] {
  if (typeof body !== "string") return [];
  const message: unknown = JSON.parse(body);
  return isJSONRPCRequest(message) ? [message.id] : [];
}

function watchEnd(
  source: ReadableStream<Uint8Array>,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = source.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      onEnd();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
