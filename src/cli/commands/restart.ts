import type { BeganAnew } from "../../core/ports/conversation.ts";
import type { RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { confirm } from "../confirm.ts";
import { whileWaiting } from "../live-lines.ts";

type Options = { fresh?: boolean; yes?: boolean; json?: boolean };

const examples = `
Examples:
  thopter restart amber-falcon              end its agent and start it again in the same clone
  thopter restart amber-falcon --fresh      with its task again, leaving its conversation behind
  thopter restart amber-falcon --yes        even while it works, asking nobody

Claude Code and Codex go on with their conversation; where that is not there
any more or does not come up, they begin anew with their task, and this says
so. A command always starts again with its task.`;

const anew: Readonly<Record<BeganAnew, string>> = {
  asked: " It begins anew with its task.",
  missing: " Its conversation is not there any more: it begins anew with its task.",
  refused: " It did not come up with its conversation: it begins anew with its task.",
};

export const registerRestart: RegisterCommand = (program, context) => {
  program
    .command("restart")
    .description("end a thopter's agent and start it again where it was")
    .argument("<thopter>", "a name or id")
    .option("--fresh", "begin anew with its task, without its conversation")
    .option("-y, --yes", "ask nothing, even while it works")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, { fresh, yes, json }: Options) => {
      const client = await context.connect();
      const found = await client.call("getThopter", { thopter });
      const { id, name, agentState } = found;
      // What it is in the middle of would be lost.
      if (yes !== true && agentState?.status === "working") {
        const question = `The agent of ${name} is working. Restart it all the same?`;
        await confirm(context, { question, count: 1, otherwise: "Nothing was restarted" });
      }
      const title = `restart ${name}`;
      const result = await whileWaiting(
        context.terminal,
        { title, words: "ending its agent and starting it again" },
        () => client.call("restartAgent", { thopter: id, ...(fresh === true && { fresh }) }),
      );
      answer(context, { json, result }, ({ thopterName, beganAnew }) => {
        const how = beganAnew === undefined ? "" : anew[beganAnew];
        context.terminal.print(`Restarted the agent of ${thopterName}.${how}`);
      });
    });
};
