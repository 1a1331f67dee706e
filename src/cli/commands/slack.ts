import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { oneLine } from "../shown-text.ts";
import { span } from "../../core/words.ts";
import type { SetupOptions, SetupResult } from "../slack/setup.ts";

type Json = { json?: boolean };

const httpHelp = "for a hub that Slack reaches at this address, over HTTP";

const examples = {
  all: `
Examples:
  thopter slack setup                       makes the app, step by step
  thopter slack link                        makes your Slack account yours here`,
  setup: `
Examples:
  thopter slack setup --channel C0123456789
  thopter slack setup --http https://hub.example.com

Asks for the tokens, which do not show. Where nobody can be asked they come from the environment:
SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET with --http.`,
  manifest: `
Examples:
  thopter slack manifest                    for Socket Mode
  thopter slack manifest --http https://hub.example.com`,
  link: `
Examples:
  thopter slack link                        type in Slack what it prints`,
};

export const registerSlack: RegisterCommand = (program, context) => {
  const slack = program
    .command("slack")
    .description("connect the hub to Slack")
    .addHelpText("after", examples.all);

  slack
    .command("setup")
    .description("make the Slack app, check its tokens and write them down")
    .option("--http <public url>", httpHelp)
    .option("--channel <id>", "say hello there; admins are asked there from then on")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.setup)
    .action(async (options: SetupOptions & Json) => {
      // Here and below: the library for its manifest takes long to load, and other commands do without.
      const { setUpSlack } = await import("../slack/setup.ts");
      const result = await setUpSlack(context, options);
      answer(context, { json: options.json, result }, () => showSetup(context, result));
    });

  slack
    .command("manifest")
    .description("print the description of the Slack app, for its page at Slack")
    .option("--http <public url>", httpHelp)
    .option("--json", "as JSON")
    .addHelpText("after", examples.manifest)
    .action(async ({ http, json }: { http?: string } & Json) => {
      const { forHttp, parseManifest, readManifest } = await import("../slack/manifest.ts");
      const plain = readManifest();
      const text = http === undefined ? plain : forHttp(plain, http);
      const result = parseManifest(text);
      answer(context, { json, result }, () => context.terminal.print(text.trimEnd()));
    });

  slack
    .command("link")
    .description("make a one-time code that makes your Slack account yours here")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.link)
    .action(async ({ json }: Json) => {
      const client = await context.connect();
      const made = await client.call("createLinkCode", {});
      answer(context, { json, result: made }, ({ code, expiresAt }) => {
        context.terminal.note(`Type this in Slack within ${span(expiresAt - Date.now())}:`);
        context.terminal.print(`/thopter claim ${oneLine(code)}`);
      });
    });
};

function showSetup({ terminal }: CommandContext, result: SetupResult): void {
  const { team, user, mode, channel, file } = result;
  const as = user === undefined ? "" : ` as @${oneLine(user)}`;
  const how = mode === "socket" ? "Socket Mode" : "HTTP";
  terminal.print(`Slack workspace: ${oneLine(team ?? "unknown")}${as}, by ${how}.`);
  if (channel !== undefined) terminal.print(`Said hello in ${oneLine(channel)}.`);
  terminal.print(`Written to ${file}. Restart the hub, and it connects.`);
  terminal.print('Then "thopter slack link" makes your Slack account yours.');
}
