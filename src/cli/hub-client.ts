import { z } from "zod";
import { UserError, userErrorCodes } from "../core/errors.ts";
import type { HomeChoice } from "../core/home-exclusions.ts";
import type { UploadedHome } from "../core/ports/identities.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { readHubAnswer, readHubPicture } from "./hub-answer.ts";
import { indented } from "./shown-text.ts";

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

const longestRefusal = 8000;

const errorSchema = z.object({
  error: z.object({ code: z.enum(userErrorCodes).catch("unavailable"), message: z.string() }),
});

/** Where a hub is, the token for it, and what to do when either is no good. */
export type HubPlace = { url: string; token: string; remedy?: string | undefined };

/**
 * Talks to a hub's JSON API. What the hub refuses is a UserError with its words. Calls end with the
 * signal, where they have none of their own; what tidies up goes on.
 */
export function createHubClient({ url, token, remedy }: HubPlace, ended?: AbortSignal): HubClient {
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

  /** What it answered. Throws NoHubError where the answer breaks off. */
  async function read<T>(response: Response, by: typeof readHubAnswer): Promise<T> {
    let answer: unknown;
    try {
      answer = await by(response);
    } catch (cause) {
      ended?.throwIfAborted();
      if (cause instanceof UserError || isAbort(cause)) throw cause;
      throw new NoHubError(`Cannot read what the hub at ${url} answered: it broke off.`, { cause });
    }
    if (answer === undefined) throw notUnderstood(url, response.status);
    // The hub and its command line are one package: the answer has the type of the method.
    return answer as T;
  }

  async function refusal(response: Response): Promise<UserError> {
    const refused = refusalIn(url, response.status, await readHubAnswer(response));
    const { code, message } = refused;
    if (code !== "unauthenticated" || remedy === undefined) return refused;
    return new UserError(`${message}\n${remedy}`, { code, cause: refused });
  }

  return {
    url,
    async call<M extends Method>(
      method: M,
      request: Requests[M],
      signal = method === "detach" ? undefined : ended,
    ): Promise<Answer<M>> {
      const init: RequestInit = { method: "POST", body: JSON.stringify(request) };
      if (signal !== undefined) init.signal = signal;
      const response = await send(`/api/${method}`, init);
      if (!response.ok) throw await refusal(response);
      return read<Answer<M>>(
        response,
        method === "lookAtTerminal" ? readHubPicture : readHubAnswer,
      );
    },
    async uploadHome(archive, { includeSsh }, signal) {
      const query = includeSsh === true ? "?includeSsh=true" : "";
      const response = await send(`/api/uploadHome${query}`, {
        ...{ method: "POST", signal },
        body: Uint8Array.from(archive),
      });
      if (!response.ok) throw await refusal(response);
      return read(response, readHubAnswer);
    },
    async events(signal) {
      const response = await send("/api/events", { signal });
      if (!response.ok || response.body === null) throw await refusal(response);
      return response.body;
    },
  };
}

/** What a hub refuses with, in its words. */
export function refusalIn(url: string, status: number, answer: unknown): UserError {
  const parsed = errorSchema.safeParse(answer);
  if (parsed.success) {
    const { code, message } = parsed.data.error;
    return new UserError(indented(message.slice(0, longestRefusal)), { code });
  }
  return notUnderstood(url, status);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && ["AbortError", "TimeoutError"].includes(error.name);
}

function notUnderstood(url: string, status: number): UserError {
  return new UserError(
    `Cannot understand the hub at ${url}: it answered ${status}. Is it a thopter hub of this version?`,
    { code: "unavailable" },
  );
}
