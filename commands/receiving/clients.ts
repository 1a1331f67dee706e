import { WebClient } from "@slack/web-api";
import type { WebClientOptions } from "@slack/web-api";
import type { Logger } from "@slack/bolt";
import type { SlackOptions } from "../ports.ts";

/** Two ways to Slack, so that what may wait never delays what a person waits for. */
export type Clients = {
  /** For answers and modals: fails fast, for a permission to open a modal lasts three seconds. */
  interactive: WebClient;
  /** For messages that are kept up to date. It is told of a rate limit at once; who uses it waits. */
  background: WebClient;
};

export function createClients(options: SlackOptions, logger: Logger): Clients {
  const shared = { ...addressOf(options), logger, rejectRateLimitedCalls: true };
  return {
    interactive: new WebClient(options.botToken, {
      ...shared,
      timeout: 2500,
      retryConfig: { retries: 1, minTimeout: 50, maxTimeout: 50 },
    }),
    background: new WebClient(options.botToken, {
      ...shared,
      timeout: 10_000,
      retryConfig: { retries: 0 },
    }),
  };
}

/** Where the Web API is, when it is not Slack's own. */
export function addressOf({ apiUrl }: SlackOptions): Pick<WebClientOptions, "slackApiUrl"> {
  return apiUrl === undefined ? {} : { slackApiUrl: apiUrl };
}
