import type { RegisterCommand } from "../command.ts";
import { simulateFly } from "../simulate/fly.ts";
import type { Simulate, SimulatePorts } from "../simulate/simulate.ts";
import { simulateSlack } from "../simulate/slack.ts";

const simulators: readonly Simulate[] = [simulateFly, simulateSlack];

const examples = `
Examples:
  thopter simulate fly                      machines of Fly that run here
  thopter simulate slack                    a Slack workspace at an address of this machine`;

/** Stand-ins that speak the real protocols, so that everything can be tried without an account. */
export function registerSimulate(ports: SimulatePorts): RegisterCommand {
  return (program, context) => {
    const parent = program
      .command("simulate")
      .description("play a service that the hub works with, on this machine")
      .addHelpText("after", examples);
    for (const add of simulators) add(parent, context, ports);
  };
}
