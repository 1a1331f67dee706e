import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";

/** What Slack itself answered, such as "channel_not_found"; undefined when it did not get to answer. */
export function slackCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

const outages = new Set(["internal_error", "fatal_error", "service_unavailable", "ratelimited"]);

/** Whether Slack cannot be asked now, rather than having said no. */
export function isOutage(error: unknown): boolean {
  if (error instanceof WebAPIPlatformError) return outages.has(error.data.error);
  return (
    error instanceof WebAPIRequestError ||
    error instanceof WebAPIHTTPError ||
    error instanceof WebAPIRateLimitedError
  );
}

const badTokens = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "user_removed_from_team",
  "team_disabled",
  "not_allowed_token_type",
]);

export function isBadToken(error: unknown): boolean {
  return badTokens.has(slackCode(error) ?? "");
}

/** How long Slack asks to be left alone, in milliseconds. */
export function retryAfterMs(error: unknown): number {
  return error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : 0;
}
