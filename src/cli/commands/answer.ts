import type { ThopterDetail } from "../../core/ports/fleet.ts";
import { describeMore } from "../../core/answer-text.ts";
import { UserError } from "../../core/errors.ts";
import type { Question } from "../../core/thopter.ts";
import { standingOf } from "../../core/words.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, collect, CommandFailed, exitCodes } from "../command.ts";
import { printFacts } from "../facts.ts";
import { oneLine } from "../shown-text.ts";

type Options = { question?: string; choice?: string[]; json?: boolean };

const examples = `
Examples:
  thopter answer amber-falcon               shows what its agent asks, and the choices
  thopter answer amber-falcon Yes           answers it
  thopter answer amber-falcon 2             answers with the second choice
  thopter answer amber-falcon "A; C"        answers with several, where it takes them
  thopter answer amber-falcon -c 1 -c 3     the same by their numbers
  thopter answer amber-falcon -q 3f9c Yes   only if that is still the open question

A choice is named by its words or its number: 2 is the second. Where a choice is
itself a number, "#2" is the second, and 2 the one with that name.`;

export const registerAnswer: RegisterCommand = (program, context) => {
  program
    .command("answer")
    .description("answer the question of a thopter's agent, or show it")
    .argument("<thopter>", "a name or id")
    .argument(
      "[answer...]",
      "one of the choices, or what else it takes; any words where there are none",
    )
    .option("-c, --choice <number>", "a choice by its number; several times for several", collect)
    .option("-q, --question <hash>", "the question that it is for; the open one when absent")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, words: string[], options: Options) => {
      const client = await context.connect();
      const detail = await client.call("getThopter", { thopter });
      const text = [...(options.choice ?? []).map(mustBeNumber), words.join(" ")]
        .filter((part) => part !== "")
        .join("; ");
      if (text === "") {
        showQuestion(context, detail, options);
        return;
      }
      const hash = options.question ?? openQuestion(detail).hash;
      const answered = await client.call("answer", { thopter: detail.id, hash, text });
      answer(context, { json: options.json, result: answered }, (view) =>
        context.terminal.print(`Answered ${view.name} (${standingOf(view)}).`),
      );
    });
};

/** Of one of the choices, as an answer writes it. Throws UserError. */
function mustBeNumber(value: string): string {
  if (/^[1-9]\d?$/.test(value)) return `#${value}`;
  throw new UserError(
    `Cannot use "${value}" for --choice: give the number of a choice, such as 2.`,
  );
}

function openQuestion({ name, agentState }: ThopterDetail): Question {
  if (agentState?.question !== undefined) return agentState.question;
  throw new CommandFailed(`Cannot answer "${name}": it asks nothing now.`, exitCodes.conflict);
}

function showQuestion(context: CommandContext, detail: ThopterDetail, { json }: Options): void {
  const question = openQuestion(detail);
  answer(context, { json, result: { thopter: detail.name, ...question } }, () => {
    const { terminal } = context;
    const choices = question.choices
      ?.map((one, index) => `${index + 1}  ${oneLine(one)}`)
      .join("\n");
    printFacts(
      terminal,
      [
        { name: "question", value: question.text },
        { name: "choices", value: choices },
        { name: "or", value: describeMore(question) },
        { name: "hash", value: question.hash },
      ],
      { indent: 0, nameWidth: 12, nameStyle: "bold" },
    );
    const example = question.choices === undefined ? "<answer>" : "<a choice or its number>";
    terminal.note(`Answer it with: thopter answer ${detail.name} ${example}`);
  });
}
