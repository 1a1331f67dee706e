import type { Finding } from "../cli/commands/doctor.ts";
import { appToken, botToken, signingSecret } from "../cli/slack/credentials.ts";
import type { Credential } from "../cli/slack/credentials.ts";
import { readManifest, scopesOf } from "../cli/slack/manifest.ts";
import { createSlackApi } from "../cli/slack/web-api.ts";
import type { Config } from "../config.ts";
import { messageOf } from "../core/errors.ts";

const answerMs = 10_000;

/** Looks at what the hub needs of Slack; nothing where it is to do without. */
export async function examineSlack(config: Config): Promise<Finding[]> {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret } = config;
  if (bot === undefined) return [];
  const api = createSlackApi(config.SLACK_API_URL, AbortSignal.timeout(answerMs));
  const tools = { api, scopes: scopesOf(readManifest()) };
  // Which of the two is used is decided by whether there is an app token.
  const second: [Credential, string] =
    app === undefined ? [signingSecret, secret ?? ""] : [appToken, app];
  const credentials: [Credential, string][] = [[botToken, bot], second];
  return Promise.all(credentials.map(([credential, value]) => examine(credential, value, tools)));
}

async function examine(
  credential: Credential,
  value: string,
  tools: Parameters<Credential["check"]>[1],
): Promise<Finding> {
  const what = credential === botToken ? "slack bot" : "slack requests";
  try {
    const { team } = await credential.check(value, tools);
    return { what, ok: true, words: team === undefined ? waysOf(credential) : `in "${team}"` };
  } catch (error) {
    const words = messageOf(error);
    return { what, ok: false, words, mend: "thopter slack setup" };
  }
}

function waysOf({ name }: Credential): string {
  return name === "SLACK_APP_TOKEN" ? "come by Socket Mode" : "come over HTTP, signed";
}
