import { UserError } from "../../core/errors.ts";
import type { ThopterView } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { oneLine } from "../shown-text.ts";

type Json = { json?: boolean };

const renameExamples = `
Examples:
  thopter rename amber-falcon login-fix     its branch and its machine keep their names`;

const labelExamples = `
Examples:
  thopter label amber-falcon                    shows its labels
  thopter label amber-falcon +team:red -old     adds one and removes one
  thopter label amber-falcon -- -h              removes one that is an option as well`;

/** `rename` and `label`: what a thopter is called. */
export const registerNaming: RegisterCommand = (program, context) => {
  program
    .command("rename")
    .description("give a thopter another name that is free")
    .argument("<thopter>", "a name or id")
    .argument("<name>", "small letters, digits and single hyphens, such as login-fix")
    .option("--json", "answer in JSON")
    .addHelpText("after", renameExamples)
    .action(async (thopter: string, name: string, { json }: Json) => {
      const client = await context.connect();
      const result = await client.call("renameThopter", { thopter, name });
      answer(context, { json, result }, (view) =>
        context.terminal.print(`It is ${view.name} now, on branch ${oneLine(view.branch)}.`),
      );
    });

  program
    .command("label")
    .description("add labels to a thopter, remove some, or show them")
    .argument("<thopter>", "a name or id")
    .argument("[labels...]", "+label adds it, -label removes it")
    .option("--json", "answer in JSON")
    // A label that goes looks like an option.
    .allowUnknownOption()
    .addHelpText("after", labelExamples)
    .action(async (thopter: string, labels: string[], { json }: Json) => {
      const changes = changesOf(labels);
      const client = await context.connect();
      const result =
        labels.length === 0
          ? await client.call("getThopter", { thopter })
          : await client.call("labelThopter", { thopter, ...changes });
      answer(context, { json, result }, () => show(context, result));
    });
};

function changesOf(labels: readonly string[]): { add: string[]; remove: string[] } {
  const bare = labels.find((label) => !/^[+-]./.test(label));
  if (bare !== undefined) {
    throw new UserError(
      `Cannot tell what to do with "${bare}": write +label to add it, -label to remove it.`,
    );
  }
  const begun = (sign: string): string[] =>
    labels.filter((label) => label.startsWith(sign)).map((label) => label.slice(1));
  return { add: begun("+"), remove: begun("-") };
}

function show({ terminal }: CommandContext, { name, labels }: ThopterView): void {
  if (labels.length === 0) terminal.note(`${name} has no labels.`);
  for (const label of labels) terminal.print(oneLine(label));
}
