import type { Logger, Receiver } from "@slack/bolt";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import { createHttpRequests } from "./http-requests.ts";
import type { Listener } from "./http-requests.ts";
import { createSocketRequests } from "./socket-requests.ts";

/** Where requests come from: Socket Mode where there is an app token, else HTTP. Throws when there is neither. */
export function createReceiver(
  ports: Pick<SlackPorts, "clock" | "report">,
  options: SlackOptions,
  logger: Logger,
): { receiver: Receiver; listener: Listener | undefined } {
  const { appToken, signingSecret } = options;
  if (appToken !== undefined) {
    const receiver = createSocketRequests(ports, { appToken, options, logger });
    return { receiver, listener: undefined };
  }
  if (signingSecret === undefined) {
    throw new Error("Cannot take requests from Slack: there is no app token and no signing secret");
  }
  return createHttpRequests(ports, { signingSecret, logger });
}
