import { request as plainRequest } from "@octokit/request";
import { ProviderError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { refusalOf } from "./github-refusal.ts";

export type GitHubOptions = {
  token: string;
  /** Where the REST API is. */
  url: string;
  clock: Pick<Clock, "now">;
  /** How long one request may take, in milliseconds; 15,000 when absent. */
  timeoutMs?: number;
};

/** What GitHub answered, unchecked. */
export type GitHubAnswer = {
  data: unknown;
  /** The last page there is. */
  lastPage: number;
};

export type GitHubGet = (
  route: string,
  parameters: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
) => Promise<GitHubAnswer>;

/** A refusal with its status, for whoever knows what was asked for. */
export type GitHubRefusal = { status: number; headers: Readonly<Record<string, unknown>> };

/** Reads GitHub's REST API. Throws UserError and ProviderError; no answer's own words are in them. */
export function createGitHubGet({
  token,
  url,
  clock,
  timeoutMs = 15_000,
}: GitHubOptions): GitHubGet {
  const request = plainRequest.defaults({
    baseUrl: url.replace(/\/+$/, ""),
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "thopter",
    },
  });

  return async (route, parameters, signal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const options = { fetch: boundedFetch, signal: limited, log: silent };
    const asked = request(`GET ${route}`, { ...parameters, request: options });
    const answer = await asked.then(
      ({ data, headers }) => ({ data: data as unknown, lastPage: lastPageOf(headers.link) }),
      (error: unknown) => {
        signal.throwIfAborted();
        throw failureOf(error, clock);
      },
    );
    return answer;
  };
}

// It would speak of what GitHub is going to retire on the hub's own output.
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

function lastPageOf(link: string | undefined): number {
  const [, page] = /[?&]page=(\d{1,6})[^>]*>;\s*rel="last"/.exec(link ?? "") ?? [];
  return Number(page ?? 1);
}

function failureOf(error: unknown, clock: Pick<Clock, "now">): Error {
  if (!(error instanceof Error)) return new Error("Cannot ask GitHub", { cause: error });
  const { response } = error as { response?: GitHubRefusal };
  // Not as a cause: its message is what the answer said.
  if (response !== undefined) return refusalOf(response, clock.now());
  if (error.cause instanceof ProviderError) return error.cause;
  return new ProviderError("Cannot reach GitHub: there is no answer in time", {
    kind: "remote",
    cause: error.cause,
  });
}
