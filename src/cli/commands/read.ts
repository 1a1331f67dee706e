import type { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import type { Reading } from "../../core/ports/reading.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { coloredDiff } from "../diff-colors.ts";
import { followLog, followScreen } from "../follow-text.ts";
import { safe } from "../shown-text.ts";

type Options = { history?: boolean; follow?: boolean; json?: boolean };

const screenExamples = `
Examples:
  thopter screen amber-falcon               its terminal now
  thopter screen amber-falcon --history     with what scrolled away
  thopter screen amber-falcon -f            as it changes, until Ctrl-C or until it is gone`;

const diffExamples = `
Examples:
  thopter diff amber-falcon                 against where its work began
  thopter diff amber-falcon --json          for a script, and whether it was cut`;

const logExamples = `
Examples:
  thopter log amber-falcon                  what the setup script has said
  thopter log amber-falcon -f               as it says it, until the thopter is ready`;

/** `screen`, `diff` and `log`: what a thopter shows, which is untrusted text. */
export const registerReadings: RegisterCommand = (program, context) => {
  addReading(program, "screen", "show a thopter's terminal")
    .option("--history", "with what scrolled away")
    .option("-f, --follow", "go on showing it as it changes")
    .addHelpText("after", screenExamples)
    .action((thopter: string, options: Options) =>
      options.follow === true
        ? follow(context, thopter, { ...options, by: followScreen })
        : read(context, thopter, { ...options, what: "screen" }),
    );
  addReading(program, "diff", "show what its agent has changed")
    .addHelpText("after", diffExamples)
    .action((thopter: string, options: Options) =>
      read(context, thopter, { ...options, what: "diff" }),
    );
  addReading(program, "log", "show the output of its repository's setup script")
    .option("-f, --follow", "go on showing it as it grows")
    .addHelpText("after", logExamples)
    .action((thopter: string, options: Options) =>
      options.follow === true
        ? follow(context, thopter, { ...options, by: followLog })
        : read(context, thopter, { ...options, what: "log" }),
    );
};

function addReading(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<thopter>", "a name or id")
    .option("--json", "answer in JSON");
}

async function follow(
  context: CommandContext,
  thopter: string,
  { by, history, json }: Options & { by: typeof followLog },
): Promise<void> {
  const other = json === true ? "--json" : "--history";
  if (json === true || history === true)
    throw new UserError(`Cannot follow with ${other}: leave out -f or ${other}.`);
  await by(context, await context.connect(), thopter);
}

async function read(
  context: CommandContext,
  thopter: string,
  { what, history, json }: Options & { what: Reading },
): Promise<void> {
  const client = await context.connect();
  const found = await client.call("read", { thopter, what, history });
  answer(context, { json, result: found }, ({ text, truncated }) => {
    const shown = safe(text).trimEnd();
    if (shown === "") context.terminal.note(nothing[what]);
    else
      context.terminal.print(what === "diff" ? coloredDiff(shown, context.terminal.style) : shown);
    if (truncated)
      context.terminal.note(`There is more: this is its ${what === "diff" ? "start" : "end"}.`);
  });
}

const nothing: Record<Reading, string> = {
  screen: "Its screen is empty.",
  transcript: "Nothing was said yet.",
  diff: "Nothing has changed.",
  log: "There is no log: no setup script has run.",
};
