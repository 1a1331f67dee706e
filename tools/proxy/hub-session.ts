import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { JSONRPCMessage, JSONRPCRequest, RequestId } from "@modelcontextprotocol/sdk/types.js";
import {
  InitializeResultSchema,
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
} from "@modelcontextprotocol/sdk/types.js";
import { patiently } from "./patiently.ts";
import { watchedFetch } from "./watched-fetch.ts";

export type HubSessionOptions = {
  endpoint: URL;
  token: string;
  /** How long to try again while nobody listens there. */
  patienceMs: number;
  onMessage: (message: JSONRPCMessage) => void;
  /** The response that was to carry these answers has ended, with them or without. */
  onStreamEnd: (ids: readonly RequestId[]) => void;
  /** The stream on which the hub speaks by itself has ended. */
  onSilence: () => void;
};

/** One MCP session with the hub. */
export type HubSession = {
  /** Sends "initialize" and resolves with its answer, which onMessage does not get. */
  begin(handshake: JSONRPCRequest): Promise<JSONRPCMessage>;
  /** Resolves once the hub has taken the message. */
  send(message: JSONRPCMessage): Promise<void>;
  close(): Promise<void>;
};

const goodbyeMs = 1000;
const parseMs = 250;

export function createHubSession(options: HubSessionOptions): HubSession {
  let handshakeId: RequestId | undefined;
  let isClosed = false;
  let settle: { resolve(message: JSONRPCMessage): void; reject(error: Error): void } | undefined;

  const transport = new StreamableHTTPClientTransport(options.endpoint, {
    requestInit: { headers: { authorization: `Bearer ${options.token}` } },
    fetch: watchedFetch((ids) => {
      if (ids.length === 0) return isClosed ? undefined : options.onSilence();
      if (handshakeId === undefined || !ids.includes(handshakeId)) return options.onStreamEnd(ids);
      setTimeout(() => settle?.reject(new Error("the hub ended the connection")), parseMs);
    }),
  });
  transport.onmessage = (message) => {
    if (handshakeId === undefined || answeredId(message) !== handshakeId) {
      return options.onMessage(message);
    }
    const result = isJSONRPCResultResponse(message)
      ? InitializeResultSchema.safeParse(message.result)
      : undefined;
    if (result?.success === true) transport.setProtocolVersion(result.data.protocolVersion);
    settle?.resolve(message);
  };

  return {
    async begin(handshake) {
      handshakeId = handshake.id;
      const answer = new Promise<JSONRPCMessage>((resolve, reject) => {
        settle = { resolve, reject };
      });
      const sent = patiently(options.patienceMs, () => transport.send(handshake));
      // Whichever ends first: a hub may answer before the SDK says that the message was taken.
      return Promise.race([answer, sent.then(() => answer)]);
    },
    send: (message) => patiently(options.patienceMs, () => transport.send(message)),
    async close() {
      isClosed = true;
      // A hub that is gone has ended the session by itself.
      const goodbye = transport.terminateSession().catch(() => undefined);
      await Promise.race([goodbye, new Promise((resolve) => setTimeout(resolve, goodbyeMs))]);
      await transport.close();
    },
  };
}

function answeredId(message: JSONRPCMessage): RequestId | undefined {
  const isAnswer = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
  return isAnswer ? message.id : undefined;
}
