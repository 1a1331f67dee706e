import type { Reading } from "../../core/ports/fleet.ts";
import type { RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";

const readings: Record<Exclude<Reading, "transcript">, string> = {
  screen: "show a thopter's terminal",
  diff: "show what its agent has changed",
  log: "show the output of its repository's setup script",
};

/** `screen`, `diff` and `log`: what a thopter shows, which is untrusted text. */
export const registerReadings: RegisterCommand = (program, context) => {
  for (const [what, description] of Object.entries(readings)) {
    program
      .command(what)
      .description(description)
      .argument("<thopter>", "a name or id")
      .option("--history", "with what scrolled away")
      .option("--json", "answer in JSON")
      .action(async (thopter: string, options: { history?: boolean; json?: boolean }) => {
        const client = await context.connect();
        const wanted =
          what === "screen" && options.history === true ? "transcript" : (what as Reading);
        const read = await client.call("read", { thopter, what: wanted });
        answer(context, { json: options.json, result: read }, ({ text, truncated }) => {
          context.terminal.print(text.trimEnd());
          if (truncated) context.terminal.note("There is more: this is its end.");
        });
      });
  }
};
