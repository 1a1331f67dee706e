import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { JSONRPCMessage, JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { isJSONRPCErrorResponse, isJSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { createHubSession } from "./hub-session.ts";
import type { HubSession, HubSessionOptions } from "./hub-session.ts";

export type HubLink = {
  /** Resolves once the hub has taken the message. Rejects when it did not. */
  send(message: JSONRPCMessage): Promise<void>;
  close(): Promise<void>;
};

/** The way to the hub. A session that the hub has lost is begun anew, with the client's own handshake. */
export function createHubLink(options: HubSessionOptions): HubLink {
  let session = createHubSession(options);
  let handshake: JSONRPCRequest | undefined;
  let renewal: Promise<void> | undefined;
  let renewals = 0;

  async function begin(first: JSONRPCRequest): Promise<void> {
    if (handshake !== undefined) session = createHubSession(options);
    const answer = await session.begin(first);
    handshake = first;
    options.onMessage(answer);
  }

  async function renew(first: JSONRPCRequest): Promise<void> {
    renewals += 1;
    const next = createHubSession(options);
    const answer = await next.begin({ ...first, id: `thopter-renewal-${String(renewals)}` });
    if (isJSONRPCErrorResponse(answer)) throw new Error(answer.error.message);
    await next.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    session = next;
  }

  async function sendInSession(message: JSONRPCMessage): Promise<void> {
    await renewal;
    const used = session;
    try {
      await used.send(message);
    } catch (error) {
      if (!isLostSession(error) || handshake === undefined) throw error;
      await renewOnce(used, handshake);
      await session.send(message);
    }
  }

  /** However many messages find the session lost, it is begun anew once. */
  async function renewOnce(lost: HubSession, first: JSONRPCRequest): Promise<void> {
    if (lost === session) {
      renewal ??= renew(first).finally(() => {
        renewal = undefined;
      });
    }
    await renewal;
  }

  return {
    send: (message) =>
      isJSONRPCRequest(message) && message.method === "initialize"
        ? begin(message)
        : sendInSession(message),
    close: () => session.close(),
  };
}

function isLostSession(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 404;
}
