import { text as textOf } from "node:stream/consumers";
import { Command, CommanderError } from "commander";
import { messageOf } from "../core/errors.ts";
import { inWordsOf } from "../core/front-words.ts";
import type { CommandContext, Keyboard, RegisterCommand } from "./command.ts";
import { exitCodeOf, exitCodes } from "./command.ts";
import { askAt } from "./question.ts";
import { registerAnswer } from "./commands/answer.ts";
import { registerApprove } from "./commands/approve.ts";
import { registerAttach } from "./commands/attach.ts";
import { registerAudit } from "./commands/audit.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerConfig } from "./commands/config.ts";
import type { EffectiveSettings } from "./commands/config.ts";
import { registerDemo } from "./commands/demo.ts";
import type { DemoPorts } from "./demo/demo.ts";
import { registerDestroy } from "./commands/destroy.ts";
import { registerDoctor } from "./commands/doctor.ts";
import type { Finding } from "./commands/doctor.ts";
import { registerExtend } from "./commands/extend.ts";
import { registerInit } from "./commands/init.ts";
import { registerIdentity } from "./commands/identity.ts";
import { registerList } from "./commands/list.ts";
import { registerLogin } from "./commands/login.ts";
import { registerLogout } from "./commands/logout.ts";
import { registerMcp } from "./commands/mcp.ts";
import type { StartInBackground, StdioProxy } from "./commands/mcp.ts";
import { registerNaming } from "./commands/naming.ts";
import { registerOperation } from "./commands/operation.ts";
import { registerPause } from "./commands/pause.ts";
import { registerPerson } from "./commands/person.ts";
import { registerProvision } from "./commands/provision.ts";
import { registerReadings } from "./commands/read.ts";
import { registerRepository } from "./commands/repository.ts";
import { registerRestart } from "./commands/restart.ts";
import { registerRestore } from "./commands/restore.ts";
import { registerRun } from "./commands/run.ts";
import { registerSimulate } from "./commands/simulate.ts";
import { registerSlack } from "./commands/slack.ts";
import { registerStart } from "./commands/start.ts";
import type { StartedHub } from "./commands/start.ts";
import { registerStatus } from "./commands/status.ts";
import { registerTell } from "./commands/tell.ts";
import { registerTemplate } from "./commands/template.ts";
import type { LocalTemplates } from "./commands/template.ts";
import { registerToken } from "./commands/token.ts";
import { registerTranscript } from "./commands/transcript.ts";
import { registerWait } from "./commands/wait.ts";
import { connect } from "./connection.ts";
import type { ConnectionSettings } from "./connection.ts";
import type { InitChecks } from "./init/checks.ts";
import { fitHelp } from "./help-text.ts";
import { safe } from "./shown-text.ts";
import type { SimulatePorts } from "./simulate/simulate.ts";
import { createTerminal } from "./terminal.ts";
import type { Output } from "./terminal.ts";

export type CliPorts = {
  version: string;
  stdin: Keyboard;
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
  connection(): ConnectionSettings;
  environment(): Readonly<Record<string, string | undefined>>;
  startHub(): Promise<StartedHub>;
  startInBackground: StartInBackground;
  runProxy: StdioProxy;
  examine(signal: AbortSignal): Promise<Finding[]>;
  initChecks(): Promise<InitChecks>;
  effectiveSettings(): Promise<EffectiveSettings>;
  openLocalTemplates(): Promise<LocalTemplates>;
  demo: DemoPorts;
  simulate: SimulatePorts;
};

const exitHelp = `
Examples:
  thopter init                                            choose an agent
  thopter start                                           run the hub
  thopter provision "mend the login" --repo owner/name    make a thopter
  thopter list                                            see what there is
  thopter wait amber-falcon && thopter diff amber-falcon  see what it did
  thopter destroy --mine                                  clean up

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no hub, 4 refused, 5 not found,
6 conflict or full, 7 unavailable, 124 timed out, 130 interrupted.

Environment: THOPTER_URL and THOPTER_TOKEN name a remote hub, as thopter login
does. THOPTER_DATA_DIR (~/.thopter) is where the hub of this machine keeps its
data. NO_COLOR turns colours off.`;

/** Runs one command line and answers with its exit code. Errors are printed, never thrown. */
export async function runCli(argv: readonly string[], ports: CliPorts): Promise<number> {
  const isDumb = ports.environment()["TERM"] === "dumb";
  const terminal = createTerminal(ports.stdout, ports.stderr, { isDumb });
  let hasHub = false;
  const context: CommandContext = {
    terminal,
    signal: ports.signal,
    connection: ports.connection,
    connect: async () => {
      const client = await connect(ports.connection(), ports.signal);
      hasHub = true;
      return client;
    },
    ask: (question) => askAt(ports, question),
    askSecret: (question) => askAt(ports, question, { hidden: true }),
    input: () => textOf(ports.stdin),
    seat: () =>
      ports.stdin.isTTY === true && ports.stdout.isTTY === true
        ? { keyboard: ports.stdin, screen: ports.stdout }
        : undefined,
    environment: ports.environment,
  };
  const program = createProgram(ports, context);
  try {
    await program.parseAsync([...argv]);
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (ports.signal.aborted) return exitCodes.interrupted;
    const words = safe(inWordsOf("cli", hasHub ? wordsOf(error) : messageOf(error)));
    if (words !== "") terminal.note(terminal.style("red", words));
    return exitCodeOf(error);
  }
}

/** An answer that has not the shape of one shows as an error of the language. */
function wordsOf(error: unknown): string {
  if (!(error instanceof TypeError) && !(error instanceof RangeError)) return messageOf(error);
  return `Cannot make sense of what the hub answered: ${error.message}. Does it run the version of this command line? "thopter --version" shows it here.`;
}

/** All commands, with nothing parsed yet. What is wrong with a command line is thrown. */
export function createProgram(ports: CliPorts, context: CommandContext): Command {
  const program = new Command("thopter")
    .description("Machines that each run one coding agent: make them, watch them, destroy them.")
    .version(ports.version)
    .addHelpText("after", exitHelp)
    .configureOutput({
      writeOut: (text) => {
        const isBelow = text.startsWith("\nExamples:\n");
        ports.stdout.write(isBelow ? fitHelp(text, context.terminal.width) : text);
      },
      writeErr: (text) => void ports.stderr.write(text),
      getOutHelpWidth: () => context.terminal.width,
      getErrHelpWidth: () => context.terminal.width,
    })
    // Arguments and options are in the help of each: the list has room for what it is for.
    .configureHelp({ subcommandTerm: (one) => [one.name(), ...one.aliases()].join(", ") })
    .exitOverride();
  for (const [heading, registers] of registrations(ports)) {
    program.commandsGroup(`${heading}:`);
    for (const register of registers) register(program, context);
  }
  program.helpCommand("help [command]", "show the help of a command");
  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

/** The commands by what they are for, in the order in which a newcomer comes to them. */
function registrations(ports: CliPorts): [heading: string, registers: RegisterCommand[]][] {
  return [
    [
      "First steps",
      [
        registerDemo(ports.demo),
        registerInit(ports.initChecks),
        registerStart(ports.startHub),
        registerDoctor(ports.examine),
        registerLogin,
        registerLogout,
        registerCompletion,
      ],
    ],
    [
      "Thopters",
      [
        registerProvision,
        registerList,
        registerStatus,
        registerWait,
        registerNaming,
        registerExtend,
        registerDestroy,
        registerRestore,
      ],
    ],
    [
      "Their agents",
      [
        registerTell,
        registerAnswer,
        registerReadings,
        registerTranscript,
        registerRun,
        registerAttach,
        registerRestart,
      ],
    ],
    [
      "What they start with",
      [registerTemplate(ports.openLocalTemplates), registerIdentity, registerRepository],
    ],
    [
      "The hub",
      [
        registerOperation,
        registerApprove,
        registerPause,
        registerAudit,
        registerPerson,
        registerToken,
        registerConfig(ports.effectiveSettings),
        registerMcp(ports),
        registerSlack,
        registerSimulate(ports.simulate),
      ],
    ],
  ];
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}
