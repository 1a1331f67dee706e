import type { RegisterCommand } from "../command.ts";
import { findHub } from "../connection.ts";
import { NoHubError } from "../hub-client.ts";

/** Carries MCP messages between a client on stdio and a hub. */
export type StdioProxy = (hub: {
  url: string;
  token: string;
  signal: AbortSignal;
}) => Promise<void>;

/** Starts a hub that outlives this process, and resolves once it listens. */
export type StartInBackground = (signal: AbortSignal) => Promise<void>;

const examples = `
Examples:
  thopter mcp                               a client starts it and talks to it in its pipes

Claude Code knows it after: claude mcp add thopter -- thopter mcp`;

export function registerMcp(ports: {
  runProxy: StdioProxy;
  startInBackground: StartInBackground;
}): RegisterCommand {
  return (program, context) => {
    program
      .command("mcp")
      .summary("serve MCP on stdio for the hub of this machine")
      .description(
        "serve MCP on stdio for the hub of this machine, which is started when it does not run",
      )
      .addHelpText("after", examples)
      .action(async () => {
        const settings = context.connection();
        const { signal } = context;
        const find = (): ReturnType<typeof findHub> => findHub(settings, "agent-token");
        const hub = await find().catch(async (error: unknown) => {
          if (!(error instanceof NoHubError) || settings.url !== undefined) throw error;
          await ports.startInBackground(signal);
          return find();
        });
        await ports.runProxy({ ...hub, signal });
      });
  };
}
