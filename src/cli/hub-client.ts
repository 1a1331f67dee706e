import { z } from "zod";
import { UserError, userErrorCodes } from "../core/errors.ts";
import type { HomeChoice } from "../core/home-exclusions.ts";
import type { UploadedHome } from "../core/ports/identities.ts";
import type { Fleet } from "../core/ports/fleet.ts";

type Method = Exclude<keyof Fleet, "authenticate" | "watch" | "uploadHome">;
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
        : M extends
              | "status"
              | "rescues"
              | "listTemplates"
              | "listTokens"
              | "listPeople"
              | "listIdentities"
              | "listRepositories"
              | "createLinkCode"
              | "whoAmI"
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
  /** Sends a packed home, which an identity can be made of afterwards. */
  uploadHome(archive: Uint8Array, choice: HomeChoice, signal: AbortSignal): Promise<UploadedHome>;
  /** The raw stream of server-sent events. */
  events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
};

const errorSchema = z.object({
  error: z.object({ code: z.enum(userErrorCodes).catch("unavailable"), message: z.string() }),
});

/** Where a hub is, the token for it, and what to do when either is no good. */
export type HubPlace = { url: string; token: string; remedy?: string | undefined };

/** Talks to a hub's JSON API. What the hub refuses is a UserError with its words. */
export function createHubClient({ url, token, remedy }: HubPlace): HubClient {
  async function send(path: string, init: RequestInit): Promise<Response> {
    const type = typeof init.body === "object" ? "application/gzip" : "application/json";
    const headers = { authorization: `Bearer ${token}`, "content-type": type };
    try {
      // Elsewhere might be in clear, or somebody else's, and a request holds more than its token.
      return await fetch(new URL(path, url), { ...init, headers, redirect: "error" });
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw new NoHubError(
        `Cannot reach the hub at ${url}. ${remedy ?? 'Start it with "thopter start", or set THOPTER_URL to where it runs.'}`,
        { cause },
      );
    }
  }

  async function refusal(response: Response): Promise<UserError> {
    const refused = refusalIn(url, response.status, await response.text());
    const { code, message } = refused;
    if (code !== "unauthenticated" || remedy === undefined) return refused;
    return new UserError(`${message}\n${remedy}`, { code, cause: refused });
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
    async uploadHome(archive, { includeSsh }, signal) {
      const query = includeSsh === true ? "?includeSsh=true" : "";
      const response = await send(`/api/uploadHome${query}`, {
        ...{ method: "POST", signal },
        body: Uint8Array.from(archive),
      });
      if (!response.ok) throw await refusal(response);
      // As above.
      return (await response.json()) as UploadedHome;
    },
    async events(signal) {
      const response = await send("/api/events", { signal });
      if (!response.ok || response.body === null) throw await refusal(response);
      return response.body;
    },
  };
}

/** What a hub refuses with, in its words. */
export function refusalIn(url: string, status: number, text: string): UserError {
  const parsed = errorSchema.safeParse(parseJson(text));
  if (parsed.success)
    return new UserError(parsed.data.error.message, { code: parsed.data.error.code });
  return new UserError(
    `Cannot understand the hub at ${url}: it answered ${status}. Is it a thopter hub of this version?`,
    { code: "unavailable" },
  );
}

/** Undefined for what is no JSON: the caller says what it makes of that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
