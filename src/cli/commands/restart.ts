import type { RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { confirm } from "../confirm.ts";

type Options = { yes?: boolean; json?: boolean };

const examples = `
Examples:
  thopter restart amber-falcon              end its agent and start it again in the same clone
  thopter restart amber-falcon --yes        even while it works, asking nobody

Claude Code goes on with its conversation where it has one; a command starts
again with its task.`;

export const registerRestart: RegisterCommand = (program, context) => {
  program
    .command("restart")
    .description("end a thopter's agent and start it again where it was")
    .argument("<thopter>", "a name or id")
    .option("-y, --yes", "ask nothing, even while it works")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string, { yes, json }: Options) => {
      const client = await context.connect();
      const found = await client.call("getThopter", { thopter });
      const { id, name, agentState } = found;
      // What it is in the middle of would be lost.
      if (yes !== true && agentState?.status === "working") {
        const question = `The agent of ${name} is working. Restart it all the same?`;
        await confirm(context, { question, count: 1, otherwise: "Nothing was restarted" });
      }
      const result = await client.call("restartAgent", { thopter: id });
      answer(context, { json, result }, ({ thopterName }) =>
        context.terminal.print(`Restarted the agent of ${thopterName}.`),
      );
    });
};
