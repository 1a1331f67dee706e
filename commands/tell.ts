import { UserError } from "../src/core/errors.ts";
import type { ThopterView } from "../src/core/ports/fleet.ts";
import type { Ask } from "./ask.ts";
import { ids, tellButton } from "./blocks/actions.ts";
import { actions, context, message, section } from "./blocks/elements.ts";
import { questionMessage } from "./blocks/question.ts";
import { quoteBlock } from "./blocks/quote.ts";
import { escape, quoted } from "./blocks/text.ts";
import { addressed, findThopter } from "./choose/find.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import { checkTellForm, tellForm, tellFormId, told } from "./forms/tell-form.ts";

const usage = "tell <name> <text>";

type Words = { text: string; raw: boolean; interrupt: boolean };

async function tell(
  ports: CommandPorts,
  ask: Ask,
  { thopter, words }: { thopter: ThopterView; words: Words },
): Promise<void> {
  const { id } = thopter;
  await ask.onlyOnce();
  try {
    await ports.fleet.tell(ask.caller, { thopter: id, ...words }, ask.signal);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "conflict") throw error;
    await refuse(ports, ask, { id, error });
    return;
  }
  const name = quoted(thopter.name, 60);
  const done = `:white_check_mark: Told *${name}*${words.interrupt ? ", and interrupted what it did" : ""}.`;
  await ask.whisper(message(done, [section(done), quoteBlock(words.text, { maxLength: 500 })]));
}

/** An agent that asks something is told nothing before it is answered: its question is shown. */
async function refuse(
  ports: CommandPorts,
  ask: Ask,
  { id, error }: { id: string; error: UserError },
): Promise<void> {
  const thopter = await findThopter(ports, ask, id);
  const question = thopter.agentState?.question;
  if (question === undefined) throw error;
  const { text, blocks = [] } = questionMessage(thopter, question);
  const words = context(`:no_entry_sign: ${escape(error.message.slice(0, 1000))}`);
  await ask.whisper(message(text, [words, ...blocks]));
}

/** `tell`: says something to the agent in a thopter. */
export const tellFeature = defineCommand({
  command: {
    name: "tell",
    summary: "say something to the agent in a thopter",
    usage,
    examples: ["tell amber-falcon run the tests again", "tell amber-falcon stop that --interrupt"],
    flags: {
      interrupt: { takes: "nothing", words: "interrupt what it does first" },
      raw: { takes: "nothing", words: "let a leading ! or / reach the agent as it is" },
    },
    takes: "name and text",
    async run(ports, ask, typed) {
      const { thopter, text } = await addressed(ports, ask, { typed, usage });
      if (text === "") {
        if ((await ask.openModal(tellForm(thopter))) !== undefined) return;
        const words = `What should *${quoted(thopter.name, 60)}* hear?`;
        await ask.whisper(message(words, [section(words), ...actions(tellButton(thopter.id))]));
        return;
      }
      const raw = typed.flags["raw"] === true;
      const interrupt = typed.flags["interrupt"] === true;
      await tell(ports, ask, { thopter, words: { text, raw, interrupt } });
    },
  },
  buttons: [
    {
      id: ids.tell,
      async run(ports, press) {
        await press.openModal(tellForm(await findThopter(ports, press, press.value)));
      },
    },
  ],
  forms: [
    {
      id: tellFormId,
      check: checkTellForm,
      async run(ports, submission) {
        const thopter = await findThopter(ports, submission, submission.note);
        await tell(ports, submission, { thopter, words: told(submission.values) });
      },
    },
  ],
});
