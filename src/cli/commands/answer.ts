import type { ThopterDetail } from "../../core/ports/fleet.ts";
import { describeMore } from "../../core/answer-text.ts";
import type { Question } from "../../core/thopter.ts";
import { standingOf } from "../../core/words.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes } from "../command.ts";
import { printFacts } from "../facts.ts";
import { oneLine } from "../shown-text.ts";

type Options = { question?: string; json?: boolean };

const examples = `
Examples:
  thopter answer amber-falcon               shows what its agent asks, and the choices
  thopter answer amber-falcon Yes           answers it
  thopter answer amber-falcon "A; C"        answers with several, where it takes them
  thopter answer amber-falcon -q 3f9c Yes   only if that is still the open question`;

export const registerAnswer: RegisterCommand = (program, context) => {
  program
    .command("answer")
    .description("answer the question of a thopter's agent, or show it")
    .argument("<thopter>", "a name or id")
    .argument(
      "[answer...]",
      "one of the choices, or what else it takes; any words where there are none",
    )
    .option("-q, --question <hash>", "the question that it is for; the open one when absent")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, words: string[], options: Options) => {
      const client = await context.connect();
      const detail = await client.call("getThopter", { thopter });
      if (words.length === 0) {
        showQuestion(context, detail, options);
        return;
      }
      const hash = options.question ?? openQuestion(detail).hash;
      const text = words.join(" ");
      const answered = await client.call("answer", { thopter: detail.id, hash, text });
      answer(context, { json: options.json, result: answered }, (view) =>
        context.terminal.print(`Answered ${view.name} (${standingOf(view)}).`),
      );
    });
};

function openQuestion({ name, agentState }: ThopterDetail): Question {
  if (agentState?.question !== undefined) return agentState.question;
  throw new CommandFailed(`Cannot answer "${name}": it asks nothing now.`, exitCodes.conflict);
}

function showQuestion(context: CommandContext, detail: ThopterDetail, { json }: Options): void {
  const question = openQuestion(detail);
  answer(context, { json, result: { thopter: detail.name, ...question } }, () => {
    const { terminal } = context;
    const choices = question.choices?.map(oneLine).join("\n");
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
    const example = question.choices === undefined ? "<answer>" : "<one of the choices>";
    terminal.note(`Answer it with: thopter answer ${detail.name} ${example}`);
  });
}
