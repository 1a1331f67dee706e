import { personOf } from "../src/core/actor.ts";
import { describeMore, readAnswer, writeAnswer } from "../src/core/answer-text.ts";
import { UserError } from "../src/core/errors.ts";
import type { ThopterView } from "../src/core/ports/fleet.ts";
import type { Question } from "../src/core/thopter.ts";
import type { Ask, Press } from "./ask.ts";
import { answerId, ids, mostChoiceButtons } from "./blocks/actions.ts";
import { message } from "./blocks/elements.ts";
import { answeredMessage, questionMessage } from "./blocks/question.ts";
import { mention, quoted } from "./blocks/text.ts";
import { addressed, checkMayAnswer, findThopter } from "./choose/find.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import type { Button } from "./define-command.ts";
import { answered, answerForm, answerFormId, checkAnswerForm } from "./forms/answer-form.ts";

const usage = "answer <name> <text>";

const noSuchChoice = message("The question has no such choice: nothing was answered.");

type Open = { thopter: ThopterView; question: Question };

/** The question that a button or form is bound to; undefined where it is closed, and the asker was told. */
async function boundQuestion(
  ports: CommandPorts,
  ask: Ask,
  value: string,
): Promise<Open | undefined> {
  const [id = "", hash] = value.split("|");
  const thopter = await findThopter(ports, ask, id);
  checkMayAnswer(ask, thopter);
  const question = thopter.agentState?.question;
  if (question !== undefined && question.hash === hash) return { thopter, question };
  await tellClosed(ask, thopter);
  return undefined;
}

/** A late answer answers nothing. Where another question is open by now, that is shown. */
async function tellClosed(ask: Ask, thopter: ThopterView): Promise<void> {
  const name = quoted(thopter.name, 60);
  const words = `That question of *${name}* is no longer open: nothing was answered.`;
  // Its message says who answered it, which must not be written over.
  await ask.whisper(message(words));
  const question = thopter.agentState?.question;
  if (question !== undefined) await ask.whisper(questionMessage(thopter, question));
}

async function give(
  ports: CommandPorts,
  ask: Ask,
  { open, text }: { open: Open; text: string },
): Promise<void> {
  const { thopter, question } = open;
  const request = { thopter: thopter.id, hash: question.hash, text };
  await ask.onlyOnce();
  try {
    await ports.fleet.answer(ask.caller, request, ask.signal);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "conflict") throw error;
    await tellClosed(ask, await findThopter(ports, ask, thopter.id));
    return;
  }
  const personId = personOf(ask.caller.actor);
  if (personId !== undefined) {
    const { hash } = question;
    await ports.cards.answered({ thopterId: thopter.id, hash, text, personId });
  }
  const by = mention(ask.user.userId);
  const shown = answeredMessage(thopter, { question, answer: text, by });
  await (ask.via === "button" ? ask.replace(shown) : ask.whisper(shown));
}

/** What a typed answer means, in the words of the choices. Throws UserError with what is offered. */
function meant(question: Question, text: string): string {
  const given = readAnswer(question, text);
  if (given !== undefined) return writeAnswer(question, given);
  const { choices = [] } = question;
  const offered = choices.map((choice, index) => `${index + 1}. ${choice.slice(0, 100)}`);
  const more = describeMore(question);
  const beside = more === undefined ? "" : ` Give one of them, or ${more}.`;
  throw new UserError(`Cannot answer that: it offers ${offered.slice(0, 20).join(", ")}.${beside}`);
}

async function pressChoice(ports: CommandPorts, press: Press, index: number): Promise<void> {
  const open = await boundQuestion(ports, press, press.value);
  if (open !== undefined) await choose(ports, press, { open, index });
}

async function choose(
  ports: CommandPorts,
  ask: Ask,
  { open, index }: { open: Open; index: number },
): Promise<void> {
  const { thopter, question } = open;
  const choice = question.choices?.[index];
  if (choice !== undefined) {
    const text = writeAnswer(question, { choices: [choice] });
    return give(ports, ask, { open: { thopter, question }, text });
  }
  await ask.whisper(noSuchChoice);
}

function choiceButton(index: number): Button {
  return { id: answerId(index), run: (ports, press) => pressChoice(ports, press, index) };
}

/** `answer`: a person's answer to the open question of an agent. */
export const answerFeature = defineCommand({
  command: {
    name: "answer",
    summary: "answer the open question of an agent, or see it",
    usage,
    examples: ["answer amber-falcon", "answer amber-falcon yes", "answer amber-falcon 2"],
    flags: {},
    takes: "name and text",
    async run(ports, ask, typed) {
      const { thopter, text } = await addressed(ports, ask, { typed, usage });
      checkMayAnswer(ask, thopter);
      const question = thopter.agentState?.question;
      if (question === undefined) {
        throw new UserError(`Cannot answer "${thopter.name}": it asks nothing now.`, {
          code: "conflict",
        });
      }
      if (text === "") await ask.whisper(questionMessage(thopter, question));
      else await give(ports, ask, { open: { thopter, question }, text: meant(question, text) });
    },
  },
  buttons: [
    ...Array.from({ length: mostChoiceButtons }, (_, index) => choiceButton(index)),
    {
      id: ids.answerText,
      async run(ports, press) {
        const open = await boundQuestion(ports, press, press.value);
        if (open !== undefined) await press.openModal(answerForm(open.thopter, open.question));
      },
    },
  ],
  forms: [
    {
      id: answerFormId,
      check: checkAnswerForm,
      async run(ports, submission) {
        const open = await boundQuestion(ports, submission, submission.note);
        if (open === undefined) return;
        const given = answered(submission.values, open.question);
        if (given !== undefined) await give(ports, submission, { open, text: given });
        else await submission.whisper(noSuchChoice);
      },
    },
  ],
});
