import type { Command } from "commander";
import type { CommandContext } from "../../src/cli/command.ts";
import { createProgram } from "../../src/cli/run-cli.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { collector, portsHere } from "./run.ts";

/** A command, with the words that lead to it. */
export type Place = { words: string[]; command: Command };

/** The program as it is, but its commands do nothing: each line that one takes is kept by its name. */
export function createIdleProgram(): { program: Command; taken: string[] } {
  const ports = portsHere({}, { stdout: collector(), stderr: collector() });
  const notHere = (): never => {
    throw new Error("No command runs here");
  };
  const context: CommandContext = {
    terminal: createTerminal(ports.stdout, ports.stderr),
    signal: ports.signal,
    connection: ports.connection,
    ...{ connect: notHere, ask: notHere, askSecret: notHere, input: notHere, seat: notHere },
    environment: ports.environment,
  };
  const program = createProgram(ports, context);
  const taken: string[] = [];
  for (const { words, command } of leavesOf(program)) {
    command.action(() => void taken.push(words.join(" ")));
  }
  return { program, taken };
}

/** Every command that a person may see. */
export function placesIn(command: Command, words: string[] = []): Place[] {
  const children = command.createHelp().visibleCommands(command);
  return [
    { words, command },
    ...children
      .filter((child) => child.name() !== "help")
      .flatMap((child) => placesIn(child, [...words, child.name()])),
  ];
}

/** Those that do something themselves; "login" does, though there are more below it. */
export function leavesOf(program: Command): Place[] {
  return placesIn(program).filter(
    ({ command }) => command.commands.length === 0 || command.registeredArguments.length > 0,
  );
}
