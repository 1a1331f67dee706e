import type { RegisterCommand } from "../command.ts";
import type { DemoPorts } from "../demo/demo.ts";

export function registerDemo(ports: DemoPorts): RegisterCommand {
  return (program, context) => {
    program
      .command("demo")
      .description("show the main job from end to end on this machine, and check every claim")
      .action(async () => {
        // It brings an MCP client, which no other command needs.
        const { runDemo } = await import("../demo/demo.ts");
        await runDemo(ports, context.terminal, context.signal);
      });
  };
}
