import { z } from "zod";
import { roles } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { CollectedLogin, StartedLogin } from "../core/login.ts";
import { CommandFailed } from "./command.ts";
import { readHubAnswer } from "./hub-answer.ts";
import { NoHubError, refusalIn } from "./hub-client.ts";

/** What a hub answers without a token. Nobody has vouched for it yet: it is parsed as a stranger's. */
export type LoginDeskClient = {
  start(request: { label: string; challenge: string }): Promise<StartedLogin>;
  /** What became of the login, once that is known or the time is up. */
  collect(request: { id: string; verifier: string; waitMs: number }): Promise<CollectedLogin>;
};

/** How much longer than a wait its answer may take. */
const patienceMs = 15_000;
const longestLifeMs = 60 * 60_000;

const startedSchema = z.object({
  id: z.string().min(1).max(100),
  code: z.string().regex(/^[\w-]{4,40}$/),
  expiresInMs: z.number().positive().max(longestLifeMs),
});
const collectedSchema = z.discriminatedUnion("status", [
  z.object({ status: z.enum(["pending", "denied", "expired"]) }),
  z.object({
    status: z.literal("approved"),
    token: z.string().regex(/^[\w~+/.=-]{1,512}$/),
    tokenId: z.string().min(1).max(100),
    personName: z.string().max(1000),
    role: z.enum(roles),
  }),
]);

export function createLoginDeskClient(url: string, signal: AbortSignal): LoginDeskClient {
  async function ask<S extends z.ZodType>(
    { path, body, waitMs }: { path: string; body: object; waitMs: number },
    schema: S,
  ): Promise<z.output<S>> {
    const response = await send(path, body, waitMs + patienceMs);
    const answered = await reached(readHubAnswer(response));
    if (!response.ok) throw refusalIn(url, response.status, answered);
    const read = schema.safeParse(answered);
    if (read.success) return read.data;
    throw new CommandFailed(
      `Cannot understand the hub at ${url}: its answer is none. Is it a thopter hub of this version?`,
    );
  }

  function send(path: string, body: object, timeoutMs: number): Promise<Response> {
    return reached(
      fetch(new URL(path, url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        // Elsewhere might be in clear, or somebody else's.
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      }),
    );
  }

  async function reached<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof UserError) throw cause;
      throw new NoHubError(
        `Cannot reach the hub at ${url}. Is the address right, and does it run?`,
        {
          cause,
        },
      );
    }
  }

  return {
    async start(body) {
      try {
        return await ask({ path: "/api/startLogin", body, waitMs: 0 }, startedSchema);
      } catch (error) {
        if (!(error instanceof UserError) || error.code !== "unauthenticated") throw error;
        throw new UserError(
          `Cannot log in at ${url}: that hub knows no logins. Update it, or set THOPTER_URL and THOPTER_TOKEN.`,
          { code: "unavailable", cause: error },
        );
      }
    },
    collect: (body) =>
      ask({ path: "/api/collectLogin", body, waitMs: body.waitMs }, collectedSchema),
  };
}
