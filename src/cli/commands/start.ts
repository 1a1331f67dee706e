import type { HubFacts } from "../banner.ts";
import { printBanner } from "../banner.ts";
import { untilAborted } from "../command.ts";
import type { RegisterCommand } from "../command.ts";

/** A hub that runs in this process. */
export type StartedHub = HubFacts & { stop(): Promise<void> };

const examples = `
Examples:
  thopter start                             until Ctrl-C; then it finishes what cannot wait
  MAX_THOPTERS=40 thopter start             with another setting; "thopter config" shows all`;

export function registerStart(startHub: () => Promise<StartedHub>): RegisterCommand {
  return (program, context) => {
    program
      .command("start")
      .description("run the hub until it is interrupted")
      .addHelpText("after", examples)
      .action(async () => {
        context.terminal.note("Starting the hub.");
        const hub = await startHub();
        printBanner(context.terminal, hub);
        await untilAborted(context.signal);
        context.terminal.note(
          "Stopping: what runs may finish for a while, the rest goes on at the next start.",
        );
        await hub.stop();
        context.terminal.note("Stopped.");
      });
  };
}
