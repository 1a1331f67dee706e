import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Caller } from "../core/actor.ts";
import { errorResponse } from "./http-error.ts";
import type { HttpError } from "./http-error.ts";
import { readJson } from "./json-body.ts";
import type { McpSession, McpSessions } from "./mcp-sessions.ts";

type Context = {
  caller: Caller;
  token: string;
  sessions: McpSessions;
  /** Watches over what lasts; the answer ends it. */
  hold(): { release(): void };
};

const sessionHeader = "mcp-session-id";
/** Messages of one request; each call of a tool may start a program on a machine. */
const mostAtOnce = 50;
const methods = ["GET", "POST", "DELETE"];

/** Answers one request to /mcp: Streamable HTTP with a session for each connection. */
export async function answerMcp(request: Request, context: Context): Promise<Response> {
  if (!methods.includes(request.method)) return refusal(wrongMethod);
  const body = request.method === "POST" ? await readJson(request) : undefined;
  if (body?.ok === false) return refusal(body.error);
  if (Array.isArray(body?.value) && body.value.length > mostAtOnce) return refusal(tooMany);
  const { caller, token, sessions } = context;
  const id = request.headers.get(sessionHeader);
  if (id === null) {
    if (!isInitializeRequest(body?.value)) return refusal(noSession);
    const opened = await sessions.open(token, caller);
    return handle(request, { session: opened, body: body?.value, hold: context.hold });
  }
  const session = await sessions.find(id, token, caller);
  if (session === undefined) return refusal(lostSession);
  return handle(request, { session, body: body?.value, hold: context.hold });
}

async function handle(
  request: Request,
  { session, body, hold }: Pick<Context, "hold"> & { session: McpSession; body: unknown },
): Promise<Response> {
  const standing = hold();
  const letGo = session.hold(request.method === "POST" ? "call" : "stream");
  const release = (): void => {
    letGo();
    standing.release();
  };
  if (body !== undefined) cancelWithClient(request, session, body);
  try {
    const response = await session.transport.handleRequest(request, { parsedBody: body });
    return heldUntilEnd(response, release);
  } catch (error) {
    release();
    throw error;
  }
}

const requestsSchema = z.object({ method: z.string(), id: z.union([z.string(), z.number()]) });

/** A client that goes away gives up its calls; the SDK itself would let them run on for nobody. */
function cancelWithClient(request: Request, { transport }: McpSession, body: unknown): void {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  for (const message of messages) {
    const call = requestsSchema.safeParse(message);
    if (!call.success || call.data.method === "initialize") continue;
    request.signal.addEventListener("abort", () => {
      const params = { requestId: call.data.id, reason: "The client went away" };
      transport.onmessage?.({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    });
  }
}

/** Passes a response on and says when its body has ended, one way or the other. */
function heldUntilEnd(response: Response, release: () => void): Response {
  if (response.body === null) {
    release();
    return response;
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (!done) return controller.enqueue(value);
      release();
      controller.close();
    },
    async cancel(reason) {
      release();
      await reader.cancel(reason);
    },
  });
  const { status, headers } = response;
  return new Response(body, { status, headers });
}

function refusal(error: HttpError): Response {
  return errorResponse("/mcp", error);
}

const wrongMethod: HttpError = {
  status: 405,
  code: "invalid",
  message: `Cannot use this method: /mcp takes ${methods.join(", ")}.`,
  headers: { allow: methods.join(", ") },
};

const tooMany: HttpError = {
  status: 400,
  code: "invalid",
  message: `Cannot take the request: it has more than ${mostAtOnce} messages. Send fewer at once.`,
};

const noSession: HttpError = {
  status: 400,
  code: "invalid",
  message: `Cannot tell the session: send "initialize" first, then its ${sessionHeader} with every request.`,
};

const lostSession: HttpError = {
  status: 404,
  code: "not_found",
  message:
    'Cannot find the session: it has ended or is not yours. Send "initialize" to start a new one.',
};
