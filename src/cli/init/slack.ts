import { UserError } from "../../core/errors.ts";
import type { Finding } from "../commands/doctor.ts";
import { appToken, botToken, signingSecret } from "../slack/credentials.ts";
import type { Credential } from "../slack/credentials.ts";
import { readManifest, scopesOf } from "../slack/manifest.ts";
import { createSlackApi } from "../slack/web-api.ts";
import type { Values } from "./checks.ts";

/** Whether Slack takes this for one of its secrets. */
export async function checkSlack(
  credential: Credential,
  values: Values,
  signal: AbortSignal,
): Promise<Finding> {
  const { name } = credential;
  const what = credential === botToken ? "slack bot" : "slack requests";
  const tools = {
    api: createSlackApi(values["SLACK_API_URL"], signal),
    scopes: scopesOf(readManifest()),
  };
  try {
    const { team } = await credential.check(values[name] ?? "", tools);
    const words = team === undefined ? `${name} is good` : `${name} is good, in "${team}"`;
    return { what, ok: true, words };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isRefused = error.code === "invalid";
    const finding = { what, ok: false, words: error.message };
    return isRefused ? { ...finding, mend: "thopter slack setup" } : finding;
  }
}

/** The secrets that these settings have for Slack; the hub prefers Socket Mode as well. */
export function slackCredentials(values: Values): Credential[] {
  if (values[botToken.name] === undefined) return [];
  const second = [appToken, signingSecret].find(({ name }) => values[name] !== undefined);
  return second === undefined ? [botToken] : [botToken, second];
}
