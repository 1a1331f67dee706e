import { App } from "@slack/bolt";
import type { Logger, Receiver } from "@slack/bolt";
import type { SlackOptions } from "../ports.ts";
import type { BotCheck } from "./bot.ts";
import { addressOf } from "./clients.ts";

/** Bolt's app, which asks Slack for nothing by itself and keeps nothing. */
export function createBolt(
  options: SlackOptions,
  { logger, bot }: { logger: Logger; bot: BotCheck },
): App {
  const app = new App({
    receiver: nowhere,
    logger,
    clientOptions: addressOf(options),
    convoStore: false,
    ignoreSelf: false,
    attachFunctionToken: false,
    // No token here: Bolt would keep a client of its own for it, which nobody uses.
    authorize: async () => ({ botId: bot.now()?.botId ?? "", botUserId: bot.now()?.userId ?? "" }),
  });
  // What a listener throws goes back to the admission, which reports it.
  app.error((error) => Promise.reject(error));
  return app;
}

/** Requests reach the app through the admission, not from a receiver. */
const nowhere: Receiver = {
  init: () => undefined,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
