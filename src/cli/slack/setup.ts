import { UserError } from "../../core/errors.ts";
import type { CommandContext } from "../command.ts";
import { CommandFailed } from "../command.ts";
import { appToken, botToken, signingSecret } from "./credentials.ts";
import type { Checked, Credential } from "./credentials.ts";
import { openEnvFile } from "../env-file.ts";
import type { EnvFile } from "../env-file.ts";
import { createAppLink, forHttp, readManifest, scopesOf } from "./manifest.ts";
import { createSlackApi } from "./web-api.ts";
import type { SlackApi } from "./web-api.ts";

export type SetupOptions = { http?: string; channel?: string };

/** What was set up; no secret is in it. */
export type SetupResult = {
  team: string | undefined;
  user: string | undefined;
  mode: "socket" | "http";
  channel: string | undefined;
  file: string;
};

const mostTries = 3;

type Values = Readonly<Record<string, string | undefined>>;
type Tools = {
  context: CommandContext;
  api: SlackApi;
  scopes: readonly string[];
  /** What the environment says, and what was set up before. */
  given: Values;
  before: Values;
};

/** Leads from nothing to a Slack app whose tokens are checked and written down. */
export async function setUpSlack(
  context: CommandContext,
  options: SetupOptions,
): Promise<SetupResult> {
  const plain = readManifest();
  const manifest = options.http === undefined ? plain : forHttp(plain, options.http);
  const file = openEnvFile(context.connection().dataDirectory);
  const given = context.environment();
  const before = await file.read();
  const api = createSlackApi(given["SLACK_API_URL"] ?? before["SLACK_API_URL"], context.signal);
  const tools: Tools = { context, api, scopes: scopesOf(manifest), given, before };
  explain(context, manifest);
  const bot = await obtain(botToken, tools);
  const second = await obtain(options.http === undefined ? appToken : signingSecret, tools);
  await file.write({
    SLACK_BOT_TOKEN: bot.value,
    // An app token means Socket Mode.
    SLACK_APP_TOKEN: undefined,
    [second.name]: second.value,
  });
  await greet(options.channel, { api, file, token: bot.value });
  return {
    team: bot.team,
    user: bot.user,
    mode: options.http === undefined ? "socket" : "http",
    channel: options.channel,
    file: file.path,
  };
}

function explain({ terminal }: CommandContext, manifest: string): void {
  terminal.note("Make the app at Slack with this link, unless you have it, and install it:");
  terminal.note("");
  terminal.note(createAppLink(manifest));
  terminal.note("");
}

type Obtained = Checked & { name: Credential["name"]; value: string };

/** From the environment, else from the person at the terminal, else what is there already. */
async function obtain(credential: Credential, tools: Tools): Promise<Obtained> {
  const { context, given, before } = tools;
  const { name } = credential;
  const fixed = given[name]?.trim() ?? "";
  if (fixed !== "") return checked(credential, fixed, tools);
  for (let tries = 1; ; tries += 1) {
    const present = before[name];
    const asked = await context.askSecret(questionOf(credential, present !== undefined));
    const value = asked === undefined || asked.trim() === "" ? present : asked.trim();
    if (value === undefined) throw missing(credential, asked !== undefined);
    try {
      return await checked(credential, value, tools);
    } catch (error) {
      const again = asked !== undefined && tries < mostTries;
      if (!again || !(error instanceof UserError) || error.code !== "invalid") throw error;
      context.terminal.note(error.message);
    }
  }
}

async function checked(credential: Credential, value: string, tools: Tools): Promise<Obtained> {
  const found = await credential.check(value, tools);
  tools.context.terminal.note(`${credential.name} is good.`);
  return { name: credential.name, value, ...found };
}

function questionOf({ title, where }: Credential, isThere: boolean): string {
  const keep = isThere ? " (Enter keeps the present one)" : "";
  return `${title}, ${where}${keep}: `;
}

function missing({ name, title, where }: Credential, wasAsked: boolean): UserError {
  const why = wasAsked ? "nothing was given" : "nobody is at the terminal to give it";
  return new UserError(
    `Cannot set Slack up without the ${name}: ${why}. Set it in the environment: the ${title} stands ${where}.`,
  );
}

const hello = "Hello, I am thopter. Type `/thopter help` to see what I can do.";

const remedies: Record<string, string> = {
  channel_not_found:
    "Slack does not find it. Give its id (C...), and invite the bot if it is private",
  not_in_channel: "the bot is no member. Type /invite @thopter there",
  is_archived: "it is archived. Name another",
};

/** Says hello in the channel where admins will be asked, and writes it down when that worked. */
async function greet(
  channel: string | undefined,
  { api, file, token }: { api: SlackApi; file: EnvFile; token: string },
): Promise<void> {
  if (channel === undefined) return;
  const body = { channel, text: hello, unfurl_links: false, unfurl_media: false };
  const { ok, error = "no reason" } = await api.call("chat.postMessage", { token, body });
  if (ok) return file.write({ SLACK_CHANNEL: channel });
  const why = remedies[error] ?? `Slack says ${JSON.stringify(error.slice(0, 60))}`;
  throw new CommandFailed(
    `Cannot say hello in ${JSON.stringify(channel)}: ${why}. The tokens are written down; then run this again.`,
  );
}
