import { z } from "zod";
import { UserError } from "../../core/errors.ts";

const usualUrl = "https://slack.com/api/";
const timeoutMs = 15_000;

const answerSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  team: z.string().optional(),
  user: z.string().optional(),
});

/** What Slack answered, and the scopes of the token where it names them. */
export type SlackAnswer = z.output<typeof answerSchema> & { scopes?: string[] };

export type SlackApi = {
  /** Throws UserError when Slack cannot be reached, or makes no sense; a refusal is an answer. */
  call(
    method: string,
    { token, body }: { token: string; body?: Record<string, unknown> },
  ): Promise<SlackAnswer>;
};

/** Slack's Web API, or another one at this address. */
export function createSlackApi(url: string | undefined, signal: AbortSignal): SlackApi {
  const base = (url ?? usualUrl).replace(/\/*$/, "/");

  async function send(method: string, init: RequestInit): Promise<Response> {
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      return await fetch(new URL(method, base), { ...init, method: "POST", signal: limited });
    } catch (cause) {
      signal.throwIfAborted();
      throw unreachable(base, "there is no answer. Check the network, then try again.", cause);
    }
  }

  return {
    async call(method, { token, body = {} }) {
      const response = await send(method, {
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json; charset=utf-8",
        },
        body: JSON.stringify(body),
      });
      if (response.status === 429) {
        const wait = response.headers.get("retry-after") ?? "30";
        throw unreachable(base, `it asks to wait for ${wait} s. Try again after that.`);
      }
      const parsed = answerSchema.safeParse(await response.json().catch(() => undefined));
      if (!parsed.success) {
        throw unreachable(base, `it answered ${response.status} without sense. Try again later.`);
      }
      const scopes = response.headers.get("x-oauth-scopes");
      return { ...parsed.data, ...(scopes !== null && { scopes: scopes.split(/\s*,\s*/) }) };
    },
  };
}

function unreachable(base: string, why: string, cause?: unknown): UserError {
  return new UserError(`Cannot ask Slack at ${base}: ${why}`, { code: "unavailable", cause });
}
