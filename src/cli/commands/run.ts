import { UserError } from "../../core/errors.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed, mustParseSpan } from "../command.ts";
import { safe } from "../shown-text.ts";

type Options = { timeout: string; json?: boolean };

/** fetch waits no longer than five minutes for an answer to begin. */
const longestMs = 4 * 60_000;

const examples = `
Examples:
  thopter run amber-falcon -- git status --short   the words as they are, without a shell
  thopter run amber-falcon -- 'npm test | tail'    a single word is a line for its sh
  thopter run amber-falcon -- test -f a.txt && echo yes
                                                   its exit code is the exit code here

Runs beside the agent, in its clone. The output comes when it has ended, without control sequences,
at most the last 100 kB of it.`;

export const registerRun: RegisterCommand = (program, context) => {
  program
    .command("run")
    .description("run a command in a thopter's clone; ends with its exit code")
    .argument("<thopter>", "a name or id")
    .argument("<command...>", "a program and its arguments, or one line for a shell; after --")
    .option("-t, --timeout <time>", "end it after this long, at most 4m", "4m")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, words: string[], options: Options) => {
      const timeoutMs = mustParseSpan(options.timeout, "--timeout");
      if (timeoutMs > longestMs) {
        throw new UserError(
          `Cannot run a command for ${options.timeout}: 4m is the most. Tell the agent to run it, or let it go on in the background.`,
        );
      }
      const client = await context.connect();
      const request = { thopter, command: commandLine(words), timeoutMs };
      const ran = await client.call("run", request, context.signal).catch((error: unknown) => {
        if (context.signal.aborted)
          context.terminal.note(
            "Not waiting any more; it goes on in the thopter until its time is up.",
          );
        throw error;
      });
      answer(context, { json: options.json, result: ran }, () => show(context, ran));
      // It has spoken for itself.
      if (ran.exitCode !== 0) throw new CommandFailed("", ran.exitCode);
    });
};

/** One word is a line for the shell; of several each stays what it is. */
function commandLine(words: readonly string[]): string {
  const [only = "", ...more] = words;
  return more.length === 0 ? only : words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function show(
  { terminal }: CommandContext,
  { stdout, stderr, truncated }: { stdout: string; stderr: string; truncated: boolean },
): void {
  const shown = safe(stdout);
  if (shown !== "") terminal.print(shown.replace(/\n$/, ""));
  const warned = safe(stderr);
  if (warned !== "") terminal.note(warned.replace(/\n$/, ""));
  if (truncated) terminal.note("There is more: this is its end.");
}
