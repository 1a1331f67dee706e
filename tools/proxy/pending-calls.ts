import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from "@modelcontextprotocol/sdk/types.js";

/** The client's requests that have no answer yet. Each gets one, if only that there is none. */
export type PendingCalls = {
  asked(message: JSONRPCMessage): void;
  answered(message: JSONRPCMessage): void;
  fail(id: RequestId, words: string): void;
  /** The stream that was to carry these answers has ended. */
  lost(ids: readonly RequestId[]): void;
  /** Resolves when all are answered, or after this time. */
  settled(atMostMs: number): Promise<void>;
};

/** An answer that came with the last bytes of a stream may still be on its way through the parser. */
const parseMs = 250;

export function createPendingCalls(answer: (message: JSONRPCMessage) => void): PendingCalls {
  const pending = new Set<RequestId>();
  let onEmpty: (() => void) | undefined;

  function remove(id: RequestId): boolean {
    const wasPending = pending.delete(id);
    if (pending.size === 0) onEmpty?.();
    return wasPending;
  }

  function fail(id: RequestId, message: string): void {
    if (remove(id)) answer({ jsonrpc: "2.0", id, error: { code: -32_000, message } });
  }

  return {
    asked(message) {
      if (isJSONRPCRequest(message)) pending.add(message.id);
      // Nobody answers a call that its client has given up.
      const canceled = canceledId(message);
      if (canceled !== undefined) remove(canceled);
    },
    answered(message) {
      const isAnswer = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
      if (isAnswer && message.id !== undefined) remove(message.id);
    },
    fail,
    lost(ids) {
      setTimeout(() => {
        for (const id of ids) fail(id, lostWords);
      }, parseMs);
    },
    settled: (atMostMs) =>
      new Promise((resolve) => {
        if (pending.size === 0) return resolve();
        const timer = setTimeout(resolve, atMostMs);
        onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}

const lostWords =
  "The connection to the hub broke before it answered. The call may have taken effect: list_operations and list_thopters show what was accepted. Then call again if need be.";

function canceledId(message: JSONRPCMessage): RequestId | undefined {
  if (!isJSONRPCNotification(message) || message.method !== "notifications/cancelled")
    return undefined;
  const id = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}
