import type { Fleet } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, mustHaveSucceeded } from "../command.ts";
import { followOperations } from "../follow.ts";
import { span } from "../../core/words.ts";

const examples = `
Examples:
  thopter restore                           lists what was rescued, and from whom
  thopter restore amber-falcon              makes a thopter that goes on from its work
  thopter restore amber-falcon -n jade-owl  and calls it so`;

type RestoreOptions = { name?: string; identity?: string; json?: boolean };

export const registerRestore: RegisterCommand = (program, context) => {
  program
    .command("restore")
    .description("list rescued work, or make a thopter that goes on from it")
    .argument("[rescue]", "a rescue's id, or the name of the thopter that was destroyed")
    .option("-n, --name <name>", "the new thopter's name")
    .option("--identity <identity>", "another identity than it had; none for none")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (rescue: string | undefined, options: RestoreOptions) => {
      const client = await context.connect();
      if (rescue === undefined) {
        const rescues = await client.call("rescues", {});
        answer(context, { json: options.json, result: rescues }, () => showAll(context, rescues));
        return;
      }
      const { name, identity } = options;
      const request = { rescue, name, identity };
      const { thopter, operation } = await client.call("restore", request);
      const operations = await followOperations(client, [operation.id], context);
      mustHaveSucceeded(operations);
      answer(context, { json: options.json, result: { thopter, operation: operations[0] } }, () =>
        context.terminal.print(`${thopter.name} goes on from the rescued work.`),
      );
    });
};

function showAll(
  { terminal }: CommandContext,
  rescues: Awaited<ReturnType<Fleet["rescues"]>>,
): void {
  if (rescues.length === 0) return terminal.note("Nothing was rescued yet.");
  terminal.table(
    ["THOPTER", "AGE", "COMMITS", "FILES", "PUSHED TO", "RESCUE", "BUNDLE"],
    rescues.map((one) => [
      one.thopterName,
      span(Date.now() - one.savedAt),
      String(one.commits),
      String(one.uncommittedFiles),
      one.pushedBranch ?? "",
      one.id,
      one.bundlePath,
    ]),
    { whole: ["RESCUE"] },
  );
  terminal.note("Go on from one with: thopter restore <thopter>");
}
