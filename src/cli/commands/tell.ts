import type { RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { standingOf } from "../../core/words.ts";

type Options = { raw?: boolean; interrupt?: boolean; json?: boolean };

const examples = `
Examples:
  thopter tell amber-falcon use tabs here   its agent reads it as soon as it can
  thopter tell -i amber-falcon "stop, read the issue again"
                                            ends what it does, then says it
  thopter tell amber-falcon --raw /clear    a command for its agent, no message`;

export const registerTell: RegisterCommand = (program, context) => {
  program
    .command("tell")
    .description("say something to a thopter's agent")
    .argument("<thopter>", "a name or id")
    .argument("<text...>", "what to say")
    .option("-i, --interrupt", "interrupt what it does first")
    .option("--raw", "let a leading ! or / reach the agent as it is")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, text: string[], options: Options) => {
      const client = await context.connect();
      const told = await client.call("tell", {
        thopter,
        text: text.join(" "),
        raw: options.raw,
        interrupt: options.interrupt,
      });
      answer(context, { json: options.json, result: told }, (view) =>
        context.terminal.print(`Told ${view.name} (${standingOf(view)}).`),
      );
    });
};
