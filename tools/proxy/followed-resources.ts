import type {
  JSONRPCMessage,
  JSONRPCNotification,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { isJSONRPCRequest, isJSONRPCResultResponse } from "@modelcontextprotocol/sdk/types.js";

/** What the client follows, so that it can be followed again in another session. */
export type FollowedResources = {
  asked(message: JSONRPCMessage): void;
  answered(message: JSONRPCMessage): void;
  readonly uris: readonly string[];
  readonly isAny: boolean;
  /** What to tell the client after a time in which nothing was heard: all of it may have changed. */
  news(): JSONRPCNotification[];
};

export function createFollowedResources(): FollowedResources {
  const uris = new Set<string>();
  const asked = new Map<RequestId, string>();
  let isListFollowed = false;

  return {
    asked(message) {
      if (!isJSONRPCRequest(message)) return;
      if (message.method === "resources/list") isListFollowed = true;
      const uri = message.params?.["uri"];
      if (typeof uri !== "string") return;
      if (message.method === "resources/subscribe") asked.set(message.id, uri);
      if (message.method === "resources/unsubscribe") uris.delete(uri);
    },
    answered(message) {
      if (!("id" in message) || message.id === undefined) return;
      const uri = asked.get(message.id);
      asked.delete(message.id);
      if (uri !== undefined && isJSONRPCResultResponse(message)) uris.add(uri);
    },
    get uris() {
      return [...uris];
    },
    get isAny() {
      return isListFollowed || uris.size > 0;
    },
    news() {
      const updates = [...uris].map((uri) => notification("updated", { uri }));
      return isListFollowed ? [...updates, notification("list_changed", {})] : updates;
    },
  };
}

function notification(what: string, params: Record<string, unknown>): JSONRPCNotification {
  return { jsonrpc: "2.0", method: `notifications/resources/${what}`, params };
}
