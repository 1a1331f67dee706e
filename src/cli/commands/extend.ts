import type { RegisterCommand } from "../command.ts";
import { answer, mustParseSpan } from "../command.ts";
import { span } from "../../core/words.ts";

const examples = `
Examples:
  thopter extend amber-falcon 2h            it lives at least two more hours from now
  thopter extend amber-falcon 3d            also where the hub is about to destroy it for its age`;

export const registerExtend: RegisterCommand = (program, context) => {
  program
    .command("extend")
    .description("put off the end of a thopter's time to live")
    .argument("<thopter>", "a name or id")
    .argument("<time>", "how long it lives at least from now, such as 2h; at most 30d")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, time: string, { json }: { json?: boolean }) => {
      const byMs = mustParseSpan(time, "the time");
      const client = await context.connect();
      const result = await client.call("extend", { thopter, byMs });
      answer(context, { json, result }, ({ name, expiresAt }) => {
        const left = expiresAt === undefined ? "" : ` ${span(expiresAt - Date.now())} more`;
        context.terminal.print(`${name} lives${left}.`);
      });
    });
};
