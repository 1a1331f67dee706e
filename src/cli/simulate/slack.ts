import { mustParsePort, untilAborted } from "../command.ts";
import { toJson } from "../shown-text.ts";
import type { Terminal } from "../terminal.ts";
import type { Simulate } from "./simulate.ts";
import type { SlackSimulation } from "./slack-simulation.ts";

type Options = { port: string; http?: string; json?: boolean };

const examples = `
Examples:
  thopter simulate slack                    prints its page, and what a hub needs to use it
  thopter simulate slack --http http://localhost:7777
                                            for a hub that is reached over HTTP`;

/** `thopter simulate slack`: a workspace on this machine, with a page to click through. */
export const simulateSlack: Simulate = (parent, context, { clock }) => {
  parent
    .command("slack")
    .description("play a Slack workspace until it is interrupted, with a page to click through")
    .option("--port <port>", "where the page and the Web API are; 0 for any", "4281")
    .option("--http <hub url>", "for a hub that is reached over HTTP instead of Socket Mode")
    .option("--json", "print the page's address and the environment in JSON")
    .addHelpText("after", examples)
    .action(async ({ port, http, json }: Options) => {
      // It brings a server and all of its rules, which no other command needs.
      const { startSlackSimulation } = await import("./slack-simulation.ts");
      const simulation = await startSlackSimulation({
        clock,
        port: mustParsePort(port, "--port"),
        ...(http !== undefined && { hubUrl: http }),
      });
      try {
        show(context.terminal, simulation, json === true);
        await untilAborted(context.signal);
        context.terminal.note("Stopping: its workspace ends with it.");
      } finally {
        await simulation.close();
      }
    });
};

function show(terminal: Terminal, { url, environment }: SlackSimulation, json: boolean): void {
  if (json) {
    terminal.print(toJson({ url, environment }));
    return;
  }
  terminal.note(`A simulated Slack is at ${url}: open that page, and be anyone in its workspace.`);
  terminal.note("Start a hub against it, in another terminal:");
  for (const [name, value] of Object.entries(environment)) {
    terminal.print(`export ${name}=${value}`);
  }
  terminal.note("thopter start");
  terminal.note("Then type there what its banner says, /thopter claim <code>, to be an admin.");
  terminal.note(
    "Faults: see src/simulators/slack/README.md. Ctrl-C ends it, with all that was said.",
  );
}
