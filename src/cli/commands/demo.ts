import { Option } from "commander";
import type { RegisterCommand } from "../command.ts";
import type { DemoPorts } from "../demo/demo.ts";
import { demoProviders, type DemoProvider } from "../demo/place.ts";

const examples = `
Examples:
  thopter demo                              with thopters on this machine
  thopter demo --provider fly               with machines of a simulated Fly`;

export function registerDemo(ports: DemoPorts): RegisterCommand {
  return (program, { terminal, signal }) => {
    program
      .command("demo")
      .description("show the main job on this machine, and check every claim")
      .addOption(
        new Option("--provider <name>", "where machines come from; fly is played by its simulator")
          .choices(demoProviders)
          .default("local"),
      )
      .addHelpText("after", examples)
      .action(async ({ provider }: { provider: DemoProvider }) => {
        // It brings an MCP client, which no other command needs.
        const { runDemo } = await import("../demo/demo.ts");
        await runDemo(ports, { provider, terminal, signal });
      });
  };
}
