import type { z } from "zod";
import type { Clock } from "../../core/ports/clock.ts";
import { flyRefusal } from "./answers.ts";
import { classify } from "./classify.ts";
import { createCookieJar } from "./cookie-jar.ts";
import { FlyError } from "./fly-error.ts";
import { pause } from "../../core/pause.ts";
import { createTokenBuckets } from "./token-buckets.ts";

export type FlyCall<T> = {
  /** What a person is told that could not be done: "create the machine". */
  doing: string;
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  /** Of the lease that the change is made under. */
  nonce?: string | undefined;
  /** What Fly counts its limits by. */
  limit: { action: string; id: string };
  answer: z.ZodType<T>;
  /** Beyond this the answer is lost; 30 s when absent. */
  timeoutMs?: number;
  /** False for what would be done twice when it is asked twice. True for reads when absent. */
  isRepeatable?: boolean;
  /** Called when its turn has come, right before it is sent. */
  onSend?: () => void;
};

export type FlyHttp = { send<T>(call: FlyCall<T>, signal: AbortSignal): Promise<T> };

export type FlyHttpOptions = {
  /** As `https://api.machines.dev`; the version is added. */
  baseUrl: string;
  token: string;
  clock: Clock;
  fetch?: (request: Request) => Promise<Response>;
};

const usualTimeoutMs = 30_000;
const retries = 2;
const firstRetryMs = 300;
/** How long a refusal for too many requests empties the bucket, where Fly does not say. */
const refusedMs = 1000;

/** Sends requests to the Machines API: limits obeyed first, cookies kept, failures classified. */
export function createFlyHttp(options: FlyHttpOptions): FlyHttp {
  const { token, clock } = options;
  const base = `${options.baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1`;
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const buckets = createTokenBuckets(clock);
  const cookies = createCookieJar();

  function requestOf<T>(call: FlyCall<T>, signal: AbortSignal): Request {
    const url = new URL(base + call.path);
    for (const [key, value] of Object.entries(call.query ?? {}))
      url.searchParams.append(key, value);
    const headers = new Headers({ authorization: `Bearer ${token}`, accept: "application/json" });
    const cookie = cookies.headerFor(url.pathname);
    if (cookie !== undefined) headers.set("cookie", cookie);
    if (call.nonce !== undefined) headers.set("fly-machine-lease-nonce", call.nonce);
    if (call.body !== undefined) headers.set("content-type", "application/json");
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    // A token never follows a redirection to another host.
    return new Request(url, { method: call.method, headers, body, signal, redirect: "error" });
  }

  async function attempt<T>(call: FlyCall<T>, signal: AbortSignal): Promise<T> {
    await buckets.take(call.limit.action, call.limit.id, signal);
    call.onSend?.();
    const limit = new AbortController();
    const cancel = clock.after(call.timeoutMs ?? usualTimeoutMs, () => limit.abort());
    try {
      const response = await send(requestOf(call, AbortSignal.any([signal, limit.signal])));
      return await read(call, response);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof FlyError) throw cause;
      const reason = limit.signal.aborted ? "timeout" : "unreachable";
      throw new FlyError(call.doing, { reason, cause });
    } finally {
      cancel();
    }
  }

  async function read<T>(call: FlyCall<T>, response: Response): Promise<T> {
    const text = await response.text();
    cookies.keep(response.headers.getSetCookie());
    const requestId = response.headers.get("fly-request-id") ?? undefined;
    const body = jsonOf(text);
    if (!response.ok) throw refusal(call, response, { text, body, requestId });
    const parsed = call.answer.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new FlyError(call.doing, { reason: "unreadable", requestId, cause: parsed.error });
  }

  function refusal<T>(call: FlyCall<T>, { status, headers }: Response, answer: Read): FlyError {
    const told = flyRefusal.safeParse(answer.body).data;
    const said = told?.error ?? told?.message ?? answer.text;
    const reason = classify(status, { code: told?.status ?? undefined, text: said });
    const seconds = Number(headers.get("retry-after") ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    if (reason === "rate_limit") {
      buckets.empty(call.limit.action, call.limit.id, retryAfterMs ?? refusedMs);
    }
    const cause = new Error(`Fly answered ${String(status)}: ${excerpt(said, token)}`);
    return new FlyError(call.doing, { reason, requestId: answer.requestId, cause, retryAfterMs });
  }

  return {
    async send(call, signal) {
      const isRepeatable = call.isRepeatable ?? call.method === "GET";
      for (let retry = 0; ; retry += 1) {
        try {
          return await attempt(call, signal);
        } catch (error) {
          const mayPass = error instanceof FlyError && error.isAmbiguous;
          if (!isRepeatable || !mayPass || retry === retries) throw error;
          await pause(clock, error.retryAfterMs ?? firstRetryMs * 2 ** retry, signal);
        }
      }
    },
  };
}
type Read = { text: string; body: unknown; requestId: string | undefined };

/** Undefined for what is no JSON: Fly answers with text or nothing at times. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A short piece of what Fly said, on one line, without the token: of a proxy's page, its words. */
function excerpt(text: string, token: string): string {
  return wordsOf(text)
    .replaceAll(token, "[token]")
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, 200);
}

function wordsOf(text: string): string {
  if (!/^\s*</.test(text)) return text;
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim() ?? "";
  const words = title === "" ? text.replaceAll(/<[^>]*>?/g, " ") : title;
  return `a page that says "${words.trim().slice(0, 150)}"`;
}
