import { z } from "zod";
import { roles } from "../core/actor.ts";
import { list } from "./list.ts";
import { webAddress } from "./web-address.ts";

/** How the Slack workspace is reached, and who may do what there. */
export const slackSettings = {
  SLACK_BOT_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe("what the Slack app speaks with; no Slack when absent"),
  SLACK_APP_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe("connects to Slack by Socket Mode, so that Slack need not reach the hub"),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe("proves that requests over HTTP come from Slack"),
  SLACK_API_URL: webAddress.optional().describe("another Web API than Slack's"),
  SLACK_ADMINS: list().describe("user and user group ids of admins, separated by commas"),
  SLACK_OPERATORS: list().describe("user and user group ids of operators"),
  SLACK_DEFAULT_ROLE: z
    .enum([...roles, "none"])
    .default("viewer")
    .describe("what everyone else in the workspace may do"),
  SLACK_CHANNEL: z.string().min(1).optional().describe("the channel where admins are asked"),
  SLACK_CHANNELS: list().describe("the channels it answers in; all when empty"),
};

/** Settings that keep a secret. */
export const slackSecrets = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"] as const;

type SlackValues = z.output<z.ZodObject<typeof slackSettings>>;

/** What is missing for the Slack app to be reached, and how to mend it. */
export function missingForSlack(values: SlackValues): { name: string; mend: string }[] {
  if (values.SLACK_BOT_TOKEN === undefined) return [];
  const isReached =
    values.SLACK_APP_TOKEN !== undefined || values.SLACK_SIGNING_SECRET !== undefined;
  if (isReached) return [];
  return [
    {
      name: "SLACK_APP_TOKEN",
      mend: 'SLACK_BOT_TOKEN needs it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP; "thopter slack setup" asks for them',
    },
  ];
}
