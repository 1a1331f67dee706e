import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";

/** How far a failure of Slack reaches: every message, or the one that was written. */
export type SlackFault = { reach: "all"; waitMs?: number } | { reach: "one" };

/** The message is not there any more, or is not ours to edit. */
const goneMessages = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "is_inactive",
]);

/** There is no writing in that place, now or later. */
const closedPlaces = new Set([
  "channel_not_found",
  "channel_type_not_supported",
  "is_archived",
  "not_in_channel",
  "restricted_action",
  "restricted_action_read_only_channel",
  "restricted_action_thread_only_channel",
  "restricted_action_non_threadable_channel",
  "cannot_dm_bot",
  "user_not_found",
  "user_not_visible",
  "user_disabled",
  "users_not_found",
  "messages_tab_disabled",
]);

const lostThreads = new Set(["thread_not_found", "cannot_reply_to_message"]);

const refusedContents = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "msg_blocks_too_long",
  "msg_too_long",
]);

/** Slack failed, and does not know how far it came. */
const failures = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
]);

/** The way to Slack is closed, whatever is written. A hub with a new token goes on. */
const closedDoors = new Set([
  "team_added_to_org",
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "rate_limited",
  "ratelimited",
]);

const codeOf = (error: unknown): string =>
  error instanceof WebAPIPlatformError ? error.data.error : "";

export const slackSays = {
  messageIsGone: (error: unknown): boolean => goneMessages.has(codeOf(error)),
  placeIsClosed: (error: unknown): boolean => closedPlaces.has(codeOf(error)),
  threadIsLost: (error: unknown): boolean => lostThreads.has(codeOf(error)),
  contentIsRefused: (error: unknown): boolean => refusedContents.has(codeOf(error)),
  /** Whether Slack would answer the same next time, too. */
  cannotBeAsked: (error: unknown): boolean =>
    error instanceof WebAPIPlatformError && faultOf(error).reach === "one",
  /** Whether Slack refused it, rather than failing or falling silent while it was carried out. */
  nothingWasDone: (error: unknown): boolean =>
    error instanceof WebAPIRateLimitedError ||
    (error instanceof WebAPIPlatformError && !failures.has(error.data.error)),
};

export function faultOf(error: unknown): SlackFault {
  if (error instanceof WebAPIRateLimitedError) {
    return { reach: "all", waitMs: error.retryAfter * 1000 };
  }
  const isOutage =
    error instanceof WebAPIRequestError ||
    error instanceof WebAPIHTTPError ||
    failures.has(codeOf(error)) ||
    closedDoors.has(codeOf(error));
  return { reach: isOutage ? "all" : "one" };
}
