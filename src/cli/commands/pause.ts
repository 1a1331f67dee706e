import { laneNames } from "../../core/operation.ts";
import { UserError } from "../../core/errors.ts";
import type { RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";

const scopes = ["provision", "destroy", "all"] as const;

const examples = {
  pause: `
Examples:
  thopter pause provision                   makes no more thopters; destroys go on
  thopter pause all                         starts nothing more at all`,
  resume: `
Examples:
  thopter resume provision                  makes them again
  thopter resume all                        everything goes on`,
};

/** `pause` and `resume`: pausing provisions never stops destroys. */
export const registerPause: RegisterCommand = (program, context) => {
  for (const verb of ["pause", "resume"] as const) {
    program
      .command(verb)
      .description(
        verb === "pause"
          ? "start nothing more in a lane; what runs goes on"
          : "let a paused lane go on",
      )
      .argument("<scope>", "provision, destroy or all")
      .option("--json", "answer in JSON")
      .addHelpText("after", examples[verb])
      .action(async (text: string, options: { json?: boolean }) => {
        const scope = scopes.find((one) => one === text);
        if (scope === undefined)
          throw new UserError(`Cannot ${verb} "${text}": say provision, destroy or all.`);
        const client = await context.connect();
        const status = await client.call(verb, { scope });
        answer(context, { json: options.json, result: status }, ({ lanes }) => {
          const paused = lanes.filter((lane) => lane.paused).map(({ lane }) => laneNames[lane]);
          context.terminal.print(
            paused.length === 0 ? "Nothing is paused." : `Paused: ${paused.join(", ")}.`,
          );
        });
      });
  }
};
