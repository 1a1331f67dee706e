import type { Person } from "../../core/person.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, mustParseRole } from "../command.ts";
import { oneLine } from "../shown-text.ts";
import { span } from "../../core/words.ts";

type Json = { json?: boolean };

const listed = "thopter person list                       whom the hub knows, and what they may do";
const given = "thopter person role ann operator          let Ann make and destroy thopters";

const examples = {
  all: `
Examples:
  ${listed}
  ${given}`,
  list: `
Examples:
  ${listed}`,
  role: `
Examples:
  ${given}`,
};

export const registerPerson: RegisterCommand = (program, context) => {
  const person = program
    .command("person")
    .description("list the people that the hub knows, and say what they may do")
    .addHelpText("after", examples.all);

  person
    .command("list")
    .description("list people and their roles")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.list)
    .action(async ({ json }: Json) => {
      const client = await context.connect();
      const result = await client.call("listPeople", {});
      answer(context, { json, result }, (people) =>
        context.terminal.table(["NAME", "ROLE", "FROM", "SLACK", "KNOWN FOR"], people.map(rowOf)),
      );
    });

  person
    .command("role")
    .description("give a person a role: viewer reads, operator has thopters, admin decides for all")
    .argument("<person>", "a name or id")
    .argument("<role>", "viewer, operator or admin")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.role)
    .action(async (name: string, text: string, { json }: Json) => {
      const role = mustParseRole(text);
      const client = await context.connect();
      const result = await client.call("setRole", { person: name, role });
      answer(context, { json, result }, (changed) =>
        context.terminal.print(`${oneLine(changed.name)} has the role "${changed.role}" now.`),
      );
    });
};

function rowOf({ name, role, roleFrom, slack, createdAt }: Person): string[] {
  const from = roleFrom === "slack" ? "Slack" : "this hub";
  return [name, role, from, slack?.userId ?? "", span(Date.now() - createdAt)];
}
