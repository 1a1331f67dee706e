import { ProviderError, UserError } from "../core/errors.ts";

type Refusal = { status: number; headers: Readonly<Record<string, unknown>> };

const shortestWaitMs = 1000;
/** Where GitHub asks to wait and does not say how long, by its documentation. */
const usualWaitMs = 60_000;

/** What a refusal of GitHub means, in our own words. */
export function refusalOf({ status, headers }: Refusal, now: number): Error {
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return value === undefined ? undefined : String(value);
  };
  const isSpent = text("x-ratelimit-remaining") === "0" || text("retry-after") !== undefined;
  if (status === 429 || (status === 403 && isSpent)) {
    const retryAfterMs = waitOf(text("retry-after"), text("x-ratelimit-reset"), now);
    const seconds = Math.ceil(retryAfterMs / 1000);
    return new ProviderError(`GitHub takes no more requests of the hub's token for ${seconds} s`, {
      kind: "rate_limit",
      retryAfterMs,
    });
  }
  if (status >= 500) {
    return new ProviderError(`GitHub cannot answer now: ${status}`, { kind: "remote" });
  }
  return permanent(status);
}

function permanent(status: number): UserError {
  switch (status) {
    case 401:
      return new UserError(
        "GitHub does not take the hub's token: GITHUB_TOKEN is wrong, or has expired",
        { code: "unavailable" },
      );
    case 403:
      return new UserError(
        "the hub's token may not read it. Let it read issues and pull requests there, or authorise it for the organisation",
        { code: "forbidden" },
      );
    case 404:
      return new UserError("GitHub does not show it to the hub's token", { code: "not_found" });
    case 410:
      return new UserError("it was deleted", { code: "not_found" });
    default:
      return new UserError(`GitHub answers ${status}`, { code: "unavailable" });
  }
}

function waitOf(after: string | undefined, reset: string | undefined, now: number): number {
  const seconds = Number(after);
  if (after !== undefined && Number.isFinite(seconds)) {
    return Math.max(shortestWaitMs, seconds * 1000);
  }
  const at = after === undefined ? Number(reset) * 1000 : Date.parse(after);
  return Number.isFinite(at) ? Math.max(shortestWaitMs, at - now) : usualWaitMs;
}
