import { z } from "zod";
import { UserError, userErrorCodes } from "../core/errors.ts";
import type { Fleet } from "../core/ports/fleet.ts";

type Method = Exclude<keyof Fleet, "authenticate" | "watch">;
type Answer<M extends Method> = Awaited<ReturnType<Fleet[M]>>;

/** What each method of the JSON API takes; the caller is whoever the token belongs to. */
export type Requests = {
  [M in Method]: M extends "getThopter"
    ? { thopter: string }
    : M extends
          | "getOperation"
          | "explain"
          | "retryOperation"
          | "getApproval"
          | "revokeToken"
          | "detach"
      ? { id: string }
      : M extends "pause" | "resume"
        ? { scope: "provision" | "destroy" | "all" }
        : M extends "status" | "rescues" | "listTokens" | "listPeople" | "createLinkCode" | "whoAmI"
          ? Record<string, never>
          : Parameters<Fleet[M]>[1];
};

/** The hub could not be reached at all. */
export class NoHubError extends Error {
  override name = "NoHubError";
}

export type HubClient = {
  readonly url: string;
  call<M extends Method>(method: M, request: Requests[M], signal?: AbortSignal): Promise<Answer<M>>;
  /** The raw stream of server-sent events. */
  events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
};

const errorSchema = z.object({
  error: z.object({ code: z.enum(userErrorCodes).catch("unavailable"), message: z.string() }),
});

/** Talks to a hub's JSON API. What the hub refuses is a UserError with its words. */
export function createHubClient({ url, token }: { url: string; token: string }): HubClient {
  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    try {
      return await fetch(new URL(path, url), { ...init, headers });
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw new NoHubError(
        `Cannot reach the hub at ${url}. Start it with "thopter start", or set THOPTER_URL to where it runs.`,
        { cause },
      );
    }
  }

  async function refusal(response: Response): Promise<UserError> {
    const text = await response.text();
    const parsed = errorSchema.safeParse(parseJson(text));
    if (parsed.success)
      return new UserError(parsed.data.error.message, { code: parsed.data.error.code });
    return new UserError(
      `Cannot understand the hub at ${url}: it answered ${response.status}. Is it a thopter hub of this version?`,
      { code: "unavailable" },
    );
  }

  return {
    url,
    async call<M extends Method>(
      method: M,
      request: Requests[M],
      signal?: AbortSignal,
    ): Promise<Answer<M>> {
      const init: RequestInit = { method: "POST", body: JSON.stringify(request) };
      if (signal !== undefined) init.signal = signal;
      const response = await send(`/api/${method}`, init);
      if (!response.ok) throw await refusal(response);
      // The hub and its command line are one package: the answer has the type of the method.
      return (await response.json()) as Answer<M>;
    },
    async events(signal) {
      const response = await send("/api/events", { signal });
      if (!response.ok || response.body === null) throw await refusal(response);
      return response.body;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller says what it makes of that.
    return undefined;
  }
}
