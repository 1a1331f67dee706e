import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { validateMessage, validateView } from "../../simulators/slack/blocks/validate.ts";
import { renderBlocks } from "../../simulators/slack/page/render-blocks.ts";
import { blockStyles } from "../../simulators/slack/page/styles.ts";
import { createSlackSimulator } from "../../simulators/slack/simulator.ts";
import { readManifest } from "../slack/manifest.ts";
import { listenAs } from "./listen.ts";

export type SlackSimulationOptions = {
  clock: Clock;
  /** Of the Web API, Socket Mode and the page; 0 lets the system choose. */
  port: number;
  /** Where a hub listens that is to be reached over HTTP; it connects by Socket Mode when absent. */
  hubUrl?: string;
};

/** A Slack that runs, with a workspace in which the app of this package is installed. */
export type SlackSimulation = {
  /** Of the page for a person; the Web API is below it. */
  url: string;
  /** What makes a hub use it. */
  environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** What the app may do and hears of, as its manifest says. */
const manifestSchema = z.object({
  features: z.object({ slash_commands: z.array(z.object({ command: z.string() })) }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

/** Starts it. Throws UserError where it cannot listen. */
export async function startSlackSimulation({
  clock,
  port,
  hubUrl,
}: SlackSimulationOptions): Promise<SlackSimulation> {
  const target = hubUrl === undefined ? "socket" : requestUrlOf(hubUrl);
  const { features, oauth_config, settings } = manifestSchema.parse(parse(readManifest()));
  const slack = createSlackSimulator({
    clock,
    scopes: oauth_config.scopes.bot,
    subscriptions: settings.event_subscriptions.bot_events,
    commands: features.slash_commands.map(({ command }) => command),
    ...{ validateMessage, validateView, renderBlocks, blockStyles },
  });
  const url = await listenAs("Slack", port, slack.listen);
  slack.deliverTo(target);
  const { botToken, appToken, signingSecret } = slack.secrets;
  const reach: Record<string, string> =
    target === "socket" ? { SLACK_APP_TOKEN: appToken } : { SLACK_SIGNING_SECRET: signingSecret };
  return {
    url,
    environment: { SLACK_BOT_TOKEN: botToken, ...reach, SLACK_API_URL: `${url}/api/` },
    close: () => slack.close(),
  };
}

function requestUrlOf(hubUrl: string): string {
  const isAddress = /^https?:/i.test(hubUrl) && URL.canParse(hubUrl);
  if (isAddress) return new URL("/slack/events", hubUrl).href;
  throw new UserError(
    `Cannot use "${hubUrl}" for --http: give the address of the hub, such as http://127.0.0.1:7777.`,
  );
}
