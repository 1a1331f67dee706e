import type { SlackApp } from "../commands/slack-app.ts";
import type { SlackOptions, SlackPorts } from "../commands/ports.ts";
import type { Config } from "./config.ts";

/** The Slack app of a configuration, loaded only where there is one: it is large. */
export async function createSlackFront(
  config: Config,
  ports: SlackPorts,
): Promise<SlackApp | undefined> {
  const botToken = config.SLACK_BOT_TOKEN;
  if (botToken === undefined) return undefined;
  const { createSlackApp } = await import("../commands/slack-app.ts");
  const { createFeatures } = await import("../commands/features.ts");
  const { createCards } = await import("../commands/cards/create-cards.ts");
  const options = optionsOf(config, botToken);
  return createSlackApp(ports, options, { features: createFeatures(), createCards });
}

function optionsOf(config: Config, botToken: string): SlackOptions {
  return {
    botToken,
    signingSecret: config.SLACK_SIGNING_SECRET,
    appToken: config.SLACK_APP_TOKEN,
    apiUrl: config.SLACK_API_URL,
    channel: config.SLACK_CHANNEL,
    channels: config.SLACK_CHANNELS,
    admins: config.SLACK_ADMINS,
    operators: config.SLACK_OPERATORS,
    defaultRole: config.SLACK_DEFAULT_ROLE,
  };
}
