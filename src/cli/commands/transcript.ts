import { UserError } from "../../core/errors.ts";
import type { TranscriptAnswer } from "../../core/ports/conversation.ts";
import { transcriptText } from "../../core/transcript-text.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, mustParseLimit } from "../command.ts";
import { followTranscript } from "../follow-text.ts";
import { oneLine, safe } from "../shown-text.ts";

type Options = { before?: string; limit: string; follow?: boolean; json?: boolean };

const examples = `
Examples:
  thopter transcript amber-falcon           what was said lately, by whom
  thopter transcript amber-falcon -f        as it is said, until Ctrl-C or until the thopter is gone

What is said stands two columns in: a line at the very left says who says what
follows.`;

/** `transcript`: an agent's conversation, which is untrusted text. */
export const registerTranscript: RegisterCommand = (program, context) => {
  program
    .command("transcript")
    .description("show the conversation of a thopter's agent")
    .argument("<thopter>", "a name or id")
    .option("--before <page>", "the page before, as the page after it names it")
    .option("--limit <number>", "about so many entries", "100")
    .option("-f, --follow", "go on showing it as it grows")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action((thopter: string, options: Options) =>
      options.follow === true ? follow(context, thopter, options) : show(context, thopter, options),
    );
};

async function follow(
  context: CommandContext,
  thopter: string,
  { before, json }: Options,
): Promise<void> {
  const other = json === true ? "--json" : "--before";
  if (json === true || before !== undefined)
    throw new UserError(`Cannot follow with ${other}: leave out -f or ${other}.`);
  await followTranscript(context, await context.connect(), thopter);
}

async function show(context: CommandContext, thopter: string, options: Options): Promise<void> {
  const { before, json } = options;
  const limit = mustParseLimit(options.limit);
  const client = await context.connect();
  const result = await client.call("transcript", { thopter, before, limit });
  answer(context, { json, result }, (page) => print(context, page));
}

function print({ terminal }: CommandContext, { thopterName, entries, before }: TranscriptAnswer) {
  if (entries.length === 0) terminal.note("Nothing was said yet.");
  for (const entry of entries) terminal.print(safe(transcriptText([entry])).trimEnd());
  if (before !== undefined)
    terminal.note(oneLine(`There is more: thopter transcript ${thopterName} --before ${before}`));
}
