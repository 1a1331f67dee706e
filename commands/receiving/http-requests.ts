import { HTTPReceiver } from "@slack/bolt";
import type { Logger } from "@slack/bolt";
import type { SlackPorts } from "../ports.ts";

/** Answers a request of Node's HTTP server. */
export type Listener = HTTPReceiver["requestListener"];
type IncomingMessage = Parameters<Listener>[0];
type ServerResponse = Parameters<Listener>[1];

/** Where Slack sends requests. */
const endpoint = "/slack/events";

/** How far the time of a request may be from ours, in milliseconds, to either side. */
const mostSkewMs = 300_000;
/** Slack's largest requests, those with a full modal, are far below it. */
const bodyLimit = 1024 * 1024;

/** Signed requests over HTTP, through a server that someone else runs. */
export function createHttpRequests(
  { clock, report }: Pick<SlackPorts, "clock" | "report">,
  { signingSecret, logger }: { signingSecret: string; logger: Logger },
): { receiver: HTTPReceiver; listener: Listener } {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: endpoint,
    logger,
    bodyLimit,
    customPropertiesExtractor: ({ headers }) => ({
      signature: hashOf(headers["x-slack-signature"]),
    }),
    // Each request is answered before: see the admission.
    processEventErrorHandler: async ({ error, response }) => {
      report(error, "a request from Slack");
      end(response, 200);
      return true;
    },
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isNow(request.headers["x-slack-request-timestamp"], clock.now())) {
      logger.warn("Refused a request: its time is more than five minutes from this machine's");
      return end(response, 401);
    }
    const body = await bodyOf(request);
    if (body === undefined) return end(response, 413);
    if (!holdsObject(request.headers["content-type"], body.toString())) return end(response, 400);
    // Bolt takes a body that was read already.
    Object.assign(request, { rawBody: body });
    receiver.requestListener(request, response);
  }

  return {
    receiver,
    listener(request, response) {
      if (request.method !== "POST" || pathOf(request.url) !== endpoint) return end(response, 404);
      answer(request, response).catch((error: unknown) => {
        // One that broke off says nothing of Slack or the hub.
        if (request.complete) report(error, "a request from Slack");
        end(response, 400);
      });
    },
  };
}

/** Bolt refuses what is too old only; a time to come would let a request be used for longer. */
function isNow(header: string | string[] | undefined, now: number): boolean {
  if (typeof header !== "string" || !/^\d{1,12}$/.test(header)) return false;
  return Math.abs(now - Number(header) * 1000) <= mostSkewMs;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // A request without an encoding set gives buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Bolt takes it for granted that a body is an object, and falls over `null`. */
function holdsObject(contentType: string | undefined, body: string): boolean {
  const form = "application/x-www-form-urlencoded";
  if (contentType !== form) return body.trimStart().startsWith("{");
  if (!body.includes("payload") && !body.includes("%")) return true;
  const payloads = new URLSearchParams(body).getAll("payload");
  return payloads.every((payload) => payload.trimStart().startsWith("{"));
}

/** A signature is valid with anything behind a second "=": only the hash tells one from another. */
function hashOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header.split("=")[1] : undefined;
}

function pathOf(url = ""): string {
  return url.split("?")[0] ?? "";
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  response.writeHead(status, { connection: "close" }).end();
}
