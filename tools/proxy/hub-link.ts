import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { JSONRPCMessage, JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { isJSONRPCErrorResponse, isJSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { createFollowedResources } from "./followed-resources.ts";
import { createHubSession } from "./hub-session.ts";
import type { HubSession, HubSessionOptions } from "./hub-session.ts";

export type HubLink = {
  /** Resolves once the hub has taken the message. Rejects when it did not. */
  send(message: JSONRPCMessage): Promise<void>;
  close(): Promise<void>;
};

/** Of requests that the client did not make, and whose answers it does not get. */
const ownId = "thopter-renewal-";
const rejoinPauseMs = 1000;

/**
 * The way to the hub. A session that the hub has lost is begun anew, with the client's own
 * handshake, and follows what the client followed.
 */
export function createHubLink(options: Omit<HubSessionOptions, "onSilence">): HubLink {
  const followed = createFollowedResources();
  const sessionOptions: HubSessionOptions = { ...options, onMessage: toClient, onSilence: rejoin };
  let session = createHubSession(sessionOptions);
  let handshake: JSONRPCRequest | undefined;
  let renewal: Promise<void> | undefined;
  let renewals = 0;
  let nextRejoin: NodeJS.Timeout | undefined;
  let isClosed = false;

  function toClient(message: JSONRPCMessage): void {
    if ("id" in message && String(message.id).startsWith(ownId)) return;
    followed.answered(message);
    options.onMessage(message);
  }

  /** A client that only listens would never find that its session is lost. */
  function rejoin(): void {
    if (!followed.isAny || isClosed) return;
    sendInSession({ jsonrpc: "2.0", id: nextId(), method: "ping" }).catch((error: unknown) => {
      clearTimeout(nextRejoin);
      if (!isClosed && !isRefusedToken(error)) nextRejoin = setTimeout(rejoin, rejoinPauseMs);
    });
  }

  function nextId(): string {
    renewals += 1;
    return `${ownId}${String(renewals)}`;
  }

  async function begin(first: JSONRPCRequest): Promise<void> {
    if (handshake !== undefined) session = createHubSession(sessionOptions);
    const answer = await session.begin(first);
    handshake = first;
    options.onMessage(answer);
  }

  async function renew(first: JSONRPCRequest): Promise<void> {
    const next = createHubSession(sessionOptions);
    const answer = await next.begin({ ...first, id: nextId() });
    if (isJSONRPCErrorResponse(answer)) throw new Error(answer.error.message);
    await next.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    session = next;
    for (const uri of followed.uris) {
      const method = "resources/subscribe";
      await next.send({ jsonrpc: "2.0", id: nextId(), method, params: { uri } });
    }
    for (const message of followed.news()) options.onMessage(message);
  }

  async function sendInSession(message: JSONRPCMessage): Promise<void> {
    await renewal;
    followed.asked(message);
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
    close() {
      isClosed = true;
      clearTimeout(nextRejoin);
      return session.close();
    },
  };
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 401;
}

function isLostSession(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 404;
}
