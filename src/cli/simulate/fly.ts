import type { Command } from "commander";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { mustParsePort, untilAborted } from "../command.ts";
import { toJson } from "../shown-text.ts";
import type { Terminal } from "../terminal.ts";
import type { FlySimulation } from "./fly-simulation.ts";
import type { Simulate } from "./simulate.ts";

type Options = {
  port: string;
  sshPort: string;
  app: string;
  token: string;
  program?: string[];
  json?: boolean;
};

const examples = `
Examples:
  thopter simulate fly                      prints what a hub needs to use it
  thopter simulate fly --port 0 --ssh-port 0 --json
                                            at any free ports, for a script`;

/** `thopter simulate fly`: the Machines API on this machine, for trying things without an account. */
export const simulateFly: Simulate = (parent, context, { clock }) => {
  addOptions(parent.command("fly")).action(async (options: Options) => {
    // It brings a server and all of its rules, which no other command needs.
    const { startFlySimulation } = await import("./fly-simulation.ts");
    const directory = await realpath(await mkdtemp(join(tmpdir(), "thopter-fly-")));
    try {
      const simulation = await startFlySimulation({
        ...{ clock, directory, app: options.app, token: options.token },
        port: mustParsePort(options.port, "--port"),
        sshPort: mustParsePort(options.sshPort, "--ssh-port"),
        programs: (options.program ?? []).map(mustBeProgram),
      });
      try {
        show(context.terminal, simulation, options.json === true);
        await untilAborted(context.signal);
        context.terminal.note("Stopping: its machines end with it.");
      } finally {
        await simulation.close();
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
};

function addOptions(command: Command): Command {
  return command
    .description("play Fly's Machines API until it is interrupted; its machines are sandboxes here")
    .option("--port <port>", "where the API listens; 0 for any", "4280")
    .option("--ssh-port <port>", "where each machine's SSH server listens; 0 for any", "2222")
    .option("--app <name>", "the app that is there", "thopter-simulated")
    .option("--token <token>", "the token that it takes", "simulated-token")
    .option("--program <path...>", "programs outside /usr that its machines have as well")
    .option("--json", "print the environment in JSON")
    .addHelpText("after", examples);
}

/** Throws UserError for what is not there. */
function mustBeProgram(path: string): string {
  if (isAbsolute(path) && existsSync(path)) return path;
  throw new UserError(
    `Cannot use "${path}" for --program: give the whole path of one that is there.`,
  );
}

function show(terminal: Terminal, { url, environment }: FlySimulation, json: boolean): void {
  if (json) {
    terminal.print(toJson(environment));
    return;
  }
  terminal.note(`A simulated Fly answers at ${url}. Start a hub against it, in another terminal:`);
  for (const [name, value] of Object.entries(environment)) {
    terminal.print(`export ${name}=${value}`);
  }
  terminal.note("thopter start");
  terminal.note(`Faults: see src/simulators/fly/README.md, or look at ${url}/simulator/state.`);
  terminal.note("Ctrl-C ends it, with all its machines and volumes.");
}
