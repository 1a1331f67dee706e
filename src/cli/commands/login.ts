import type { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import type { LoginView, StartedLogin } from "../../core/login.ts";
import { span } from "../../core/words.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { confirm } from "../confirm.ts";
import { printFacts } from "../facts.ts";
import { parseHubAddress } from "../hub-address.ts";
import { logIn, ownLabel } from "../log-in.ts";
import { readFormerLogin, writeLogin } from "../saved-login.ts";
import { oneLine } from "../shown-text.ts";
import { endLogin } from "./logout.ts";

type Json = { json?: boolean };
type LoginOptions = Json & { insecure?: boolean };
type ApproveOptions = Json & { person?: string; deny?: boolean; yes?: boolean };

const examples = {
  login: `
Examples:
  thopter login https://hub.example.com     link this machine to you at that hub
  thopter login                             say to whom it is linked
  thopter login approve 1a2b3-c4d5e         confirm the login of another machine

THOPTER_URL and THOPTER_TOKEN go before a login, and a login before the hub of
this machine. "thopter mcp" never uses it: an agent needs a token of its own,
which "thopter token create --agent" makes.`,
  status: `
Examples:
  thopter login status                      the hub, the person and the role
  thopter login status --json               for a script`,
  approve: `
Examples:
  thopter login approve 1a2b3-c4d5e         shows who asks, and lets it act as you
  thopter login approve 1a2b3-c4d5e --person ann
                                            as somebody else, where you are an admin
  thopter login approve 1a2b3-c4d5e --deny  refuses it`,
};

export const registerLogin: RegisterCommand = (program, context) => {
  const login = program
    .command("login")
    .description("link this machine to a remote hub, or say to which it is")
    .argument("[url]", "where the hub is, such as https://hub.example.com")
    .option(
      "--insecure",
      "send the token in clear: an address that is neither https nor this machine",
    )
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.login)
    .action((url: string | undefined, options: LoginOptions) =>
      url === undefined ? status(context, options) : link(context, url, options),
    );

  login
    .command("status")
    .description("say to whom this command line is linked")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.status)
    .action((_options: Json, command: Command) => status(context, command.optsWithGlobals()));

  login
    .command("approve")
    .description("let another machine act for you")
    .argument("<code>", "what thopter login shows there")
    .option("--person <name>", "link it to someone else (admins only)")
    .option("--deny", "refuse it")
    .option("-y, --yes", "decide without being asked")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.approve)
    // An option that "login" has as well is read there.
    .action((code: string, _options: ApproveOptions, command: Command) =>
      approve(context, code, command.optsWithGlobals()),
    );
};

async function link(
  context: CommandContext,
  text: string,
  { insecure, json }: LoginOptions,
): Promise<void> {
  const { terminal, signal } = context;
  const url = parseHubAddress(text, { insecure: insecure === true });
  const { dataDirectory } = context.connection();
  const former = await readFormerLogin(dataDirectory);
  const label = ownLabel();
  const { token, tokenId, personName, role } = await logIn(
    { url, label },
    {
      signal,
      note: terminal.note,
      show: (started) => showCode(context, { url, label, started }),
    },
  );
  await writeLogin(dataDirectory, { url, token, tokenId });
  const trouble = former === undefined ? undefined : await endLogin(context, former);
  answer(context, { json, result: { url, tokenId, personName, role } }, () =>
    terminal.print(`Linked to ${url} as ${oneLine(personName)}, with the role "${role}".`),
  );
  if (trouble !== undefined) terminal.note(terminal.style("yellow", trouble));
  const { url: named, token: given } = context.connection();
  if (named === undefined && given === undefined) return;
  terminal.note("THOPTER_URL or THOPTER_TOKEN is set, and goes before this login.");
}

function showCode(
  { terminal }: CommandContext,
  { url, label, started }: { url: string; label: string; started: StartedLogin },
): void {
  const code = terminal.style("bold", oneLine(started.code));
  terminal.note(`Asking ${url} for a login, as ${oneLine(label)}.`);
  terminal.note(`Confirm it within ${span(started.expiresInMs)}, in Slack:\n`);
  terminal.note(`  /thopter login ${code}\n`);
  terminal.note("or on a machine that is linked already, or the hub's own:\n");
  terminal.note(`  thopter login approve ${code}\n`);
  terminal.note("Waiting. Ctrl-C gives up.");
}

async function status(context: CommandContext, { json }: Json): Promise<void> {
  const client = await context.connect();
  const { person, caller } = await client.call("whoAmI", {});
  const { actor, role } = caller;
  const result = { url: client.url, kind: actor.kind, personName: person?.name, role };
  answer(context, { json, result }, () => {
    const name = oneLine(person?.name ?? "nobody");
    const as = actor.kind === "agent" ? `an agent of ${name}` : name;
    context.terminal.print(`Linked to ${client.url} as ${as}, with the role "${oneLine(role)}".`);
  });
}

async function approve(
  context: CommandContext,
  code: string,
  { person, deny, yes, json }: ApproveOptions,
): Promise<void> {
  if (deny === true && person !== undefined)
    throw new UserError("Cannot deny a login for a person: give --deny or --person.");
  const client = await context.connect();
  const login = await client.call("lookAtLogin", { code });
  if (json !== true) show(context, login);
  if (yes !== true) {
    const whom = person === undefined ? "you" : oneLine(person);
    const question = deny === true ? "Deny it?" : `Let it act as ${whom} at ${client.url}?`;
    await confirm(context, { question, count: 1, otherwise: "Nothing was decided" });
  }
  if (deny === true) {
    const result = await client.call("denyLogin", { code });
    answer(context, { json, result }, () => context.terminal.print("The login is denied."));
    return;
  }
  const result = await client.call("approveLogin", { code, person });
  answer(context, { json, result }, ({ label, personName, role }) =>
    context.terminal.print(
      `${oneLine(label)} acts as ${oneLine(personName)} now, with the role "${oneLine(role)}".`,
    ),
  );
}

function show({ terminal }: CommandContext, login: LoginView): void {
  const { code, label, address, askedAt, expiresAt } = login;
  const now = Date.now();
  printFacts(
    terminal,
    [
      { name: "code", value: code },
      { name: "asked by", value: `"${oneLine(label)}", as it calls itself` },
      { name: "from", value: address },
      { name: "asked", value: `${span(Math.max(0, now - askedAt))} ago` },
      { name: "expires", value: `in ${span(Math.max(0, expiresAt - now))}` },
    ],
    { indent: 0, nameWidth: 10, nameStyle: "bold" },
  );
  terminal.note("Confirm it only if you asked for it yourself, just now.");
}
