import type { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import { answer, collect } from "../command.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import type { CreateOptions } from "../identity/create-identity.ts";
import { showIdentities, showIdentity } from "../identity/show-identity.ts";

type Json = { json?: boolean };

const examples = {
  all: `
Examples:
  thopter identity create dotfiles --from ~ --exclude Videos
  thopter identity create claude --login      asks for a login
  thopter identity list                       those that you may use
  thopter identity default claude             what your provisions take`,
  create: `
Examples:
  thopter identity create dotfiles --from ~ --dry-run
                                              what would be taken
  thopter identity create dotfiles --from ~ --exclude Videos
  thopter identity create claude --login --expires 365d
                                              asks for an API key, or for what
                                              "claude setup-token" prints
  thopter identity create mine --from-thopter amber-falcon
                                              once its agent has settled
  thopter identity create claude --replace --login
                                              renews a login`,
  list: `
Examples:
  thopter identity list                       yours, and those that are shared`,
  show: `
Examples:
  thopter identity show claude                how old its logins are, and if they work`,
  check: `
Examples:
  thopter identity check claude               whether its logins are taken now`,
  default: `
Examples:
  thopter identity default                    which one it is
  thopter identity default claude             your provisions take it from now on
  thopter identity default --none             they take none
  thopter identity default claude --hub       for who has none of their own`,
  delete: `
Examples:
  thopter identity delete claude --yes        asking nobody at the terminal`,
};

/** `identity`: named templates of a home with an agent's login. */
export const registerIdentity: RegisterCommand = (program, context) => {
  const identity = program
    .command("identity")
    .description("keep homes and logins for agents, and choose among them")
    .addHelpText("after", examples.all);
  registerCreate(identity, context);
  registerLooking(identity, context);
  registerDefault(identity, context);
  registerDelete(identity, context);
};

function registerCreate(identity: Command, context: CommandContext): void {
  identity
    .command("create")
    .summary("capture a home, or keep a login, under a name")
    .description("capture a home, or keep a login, under a name; --replace changes what is there")
    .argument("<name>", "small letters, digits and -")
    .option("--from <directory>", "capture this directory; histories, logs and caches stay behind")
    .option("--from-thopter <thopter>", "capture the home of a thopter whose agent has settled")
    .option("--exclude <pattern>", "leave out a name or a path; may be repeated", collect)
    .option("--include-ssh", "take private keys of ssh along")
    .option("--login", "ask for an API key or a long-lived token; in a script, the environment's")
    .option(
      "--secret <variable>",
      "keep this variable: the environment's value, else it is asked for; may be repeated",
      collect,
    )
    .option("--expires <day>", "when these logins expire, such as 2026-12-01 or 365d")
    .option("--shared", "everyone may use it (admins only)")
    .option("--no-shared", "nobody else may use it any more")
    .option("--replace", "change the one of this name; what is not given stays")
    .option("--dry-run", "say what would be taken, and send nothing")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.create)
    .action(async (name: string, options: CreateOptions) => {
      // It packs homes: most commands start sooner without the library for it.
      const { createIdentity } = await import("../identity/create-identity.ts");
      await createIdentity(context, name, options);
    });
}

function registerLooking(identity: Command, context: CommandContext): void {
  identity
    .command("list")
    .description("list the identities that you may use")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.list)
    .action(async ({ json }: Json) => {
      const client = await context.connect();
      const result = await client.call("listIdentities", {});
      answer(context, { json, result }, () => showIdentities(context, result));
    });

  identity
    .command("show")
    .description("say what an identity holds; its secrets are never shown")
    .argument("<identity>", "a name or id")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.show)
    .action(async (name: string, { json }: Json) => {
      const client = await context.connect();
      const result = await client.call("getIdentity", { identity: name });
      answer(context, { json, result }, () => showIdentity(context, result));
    });

  identity
    .command("check")
    .description("ask the APIs whether its logins are taken")
    .argument("<identity>", "a name or id")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.check)
    .action(async (name: string, { json }: Json) => {
      const client = await context.connect();
      const result = await client.call("checkIdentity", { identity: name });
      answer(context, { json, result }, () => showIdentity(context, result));
    });
}

type DefaultOptions = Json & { none?: boolean; hub?: boolean };

function registerDefault(identity: Command, context: CommandContext): void {
  identity
    .command("default")
    .description("choose what your provisions take when they name none, or show it")
    .argument("[identity]", "a name or id")
    .option("--none", "clear it")
    .option("--hub", "for everyone who has none of their own (admins only)")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.default)
    .action(async (name: string | undefined, { none = false, hub, json }: DefaultOptions) => {
      if (none && name !== undefined)
        throw new UserError("Cannot choose one and none: give a name or --none.");
      const client = await context.connect();
      if (none || name !== undefined) {
        const result = await client.call("setDefaultIdentity", { identity: name, hub });
        const now = result.name ?? "none";
        answer(context, { json, result }, () => context.terminal.print(now));
        return;
      }
      const all = await client.call("listIdentities", {});
      const found = all.find((one) => (hub === true ? one.isHubDefault : one.isDefault));
      const result = found === undefined ? {} : { name: found.name };
      answer(context, { json, result }, () => context.terminal.print(found?.name ?? "none"));
    });
}

function registerDelete(identity: Command, context: CommandContext): void {
  identity
    .command("delete")
    .description("forget an identity, its home and its logins")
    .argument("<identity>", "a name or id")
    .option("-y, --yes", "do not ask")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.delete)
    .action(async (name: string, { yes, json }: Json & { yes?: boolean }) => {
      if (yes !== true) {
        const question = `This forgets the identity "${name}" for good.`;
        await confirm(context, { question, count: 1, otherwise: "Nothing was deleted" });
      }
      const client = await context.connect();
      const result = await client.call("deleteIdentity", { identity: name });
      answer(context, { json, result }, () =>
        context.terminal.print(`The identity "${result.name}" is gone.`),
      );
    });
}
