import { messageOf } from "../../core/errors.ts";
import { isRecord, parseJson, type Json } from "./json.ts";
import { signatureHeaders } from "./signature.ts";
import type { Outcome, Outgoing, RawAnswer, RequestUrls, SentRequest } from "./delivery.ts";
import type { World } from "./world.ts";

const form = "application/x-www-form-urlencoded";

type Signed = { url: string; body: string; contentType: string; atSeconds?: number };

/** A request as Slack signs it. */
export function signedRequest(
  world: World,
  { url, body, contentType, atSeconds }: Signed,
): SentRequest {
  const at = atSeconds ?? Math.floor(world.clock.now() / 1000);
  const headers = {
    ...{ "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)" },
    ...{ accept: "application/json,*/*", "content-type": contentType },
    ...signatureHeaders(world.secrets.signingSecret, body, at),
  };
  return { url, headers, body };
}

export function requestOf(world: World, urls: RequestUrls, outgoing: Outgoing): SentRequest {
  const { kind, payload, retry } = outgoing;
  if (kind === "events_api") {
    const body = JSON.stringify(payload);
    const request = signedRequest(world, {
      url: urls.events,
      body,
      contentType: "application/json",
    });
    if (retry === undefined) return request;
    const num = {
      "x-slack-retry-num": String(retry.attempt),
      "x-slack-retry-reason": retry.reason,
    };
    return { ...request, headers: { ...request.headers, ...num } };
  }
  const fields = kind === "slash_commands" ? payload : { payload: JSON.stringify(payload) };
  const body = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const url = kind === "slash_commands" ? urls.commands : urls.interactions;
  return signedRequest(world, { url, body, contentType: form });
}

/** Sends a request, and says what the app made of it. Never rejects. */
export async function sendRequest(request: SentRequest, signal: AbortSignal): Promise<Outcome> {
  const { url, headers, body } = request;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      signal,
      redirect: "manual",
    });
    const text = await response.text();
    if (response.ok) return { status: "acknowledged", body: answerOf(response, text) };
    const mayRetry = response.headers.get("x-slack-no-retry") !== "1";
    return { status: "failed", reason: "http_error", httpStatus: response.status, mayRetry };
  } catch (error) {
    // Whatever keeps the app from answering is the same to Slack.
    const why = messageOf(error);
    return { status: "failed", reason: "connection_failed", why, mayRetry: true };
  }
}

function answerOf(response: Response, text: string): Json | undefined {
  if (text === "") return undefined;
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const parsed = isJson ? parseJson(text) : undefined;
  return isRecord(parsed) ? parsed : { text };
}

/** Sends any request, and answers with what came back. */
export async function sendRaw({ url, headers, body }: SentRequest): Promise<RawAnswer> {
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual" });
  return { status: response.status, body: await response.text(), headers: response.headers };
}
