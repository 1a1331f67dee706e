import type { Command } from "commander";
import { roles } from "../core/actor.ts";
import type { Role } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { UserErrorCode } from "../core/errors.ts";
import type { OperationView } from "../core/ports/fleet.ts";
import type { ConnectionSettings } from "./connection.ts";
import { NoHubError } from "./hub-client.ts";
import type { HubClient } from "./hub-client.ts";
import { indented, oneLine, toJson } from "./shown-text.ts";
import type { Output, Terminal } from "./terminal.ts";
import { parseSpan } from "../core/words.ts";

/** A person's keyboard and screen. */
export type Seat = { keyboard: Keyboard; screen: Output };
export type Keyboard = NodeJS.ReadableStream & {
  isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

/** What every command works with. */
export type CommandContext = {
  terminal: Terminal;
  /** Aborts when the person interrupts. */
  signal: AbortSignal;
  connection(): ConnectionSettings;
  connect(): Promise<HubClient>;
  /** Asks the person at the terminal; undefined when there is none. */
  ask(question: string): Promise<string | undefined>;
  /** The same, and what they type does not show. */
  askSecret(question: string): Promise<string | undefined>;
  /** All that is piped in. */
  input(): Promise<string>;
  /** The terminal itself, where both ends are one. */
  seat(): Seat | undefined;
  environment(): Readonly<Record<string, string | undefined>>;
};

/** One command a file: adds itself to the program. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

/** The exit codes, for scripts. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  noHub: 3,
  forbidden: 4,
  notFound: 5,
  conflict: 6,
  unavailable: 7,
  timeout: 124,
  interrupted: 130,
} as const;

const mostShown = 500;

/** A command ran but what it asked for did not come about. */
export class CommandFailed extends Error {
  override name = "CommandFailed";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

const byCode: Record<UserErrorCode, number> = {
  invalid: exitCodes.usage,
  unauthenticated: exitCodes.forbidden,
  forbidden: exitCodes.forbidden,
  not_found: exitCodes.notFound,
  conflict: exitCodes.conflict,
  full: exitCodes.conflict,
  unavailable: exitCodes.unavailable,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandFailed) return error.exitCode;
  if (error instanceof NoHubError) return exitCodes.noHub;
  if (error instanceof UserError) return byCode[error.code];
  return exitCodes.failed;
}

/** Prints an answer: as JSON when `--json` was given, else for people. */
export function answer<T>(
  { terminal }: CommandContext,
  { json, result }: { json: boolean | undefined; result: T },
  show: (result: T) => void,
): void {
  if (json === true) terminal.print(toJson(result));
  else show(result);
}

/** Reads a time that a person gave. Throws UserError. */
export function mustParseSpan(text: string, option: string): number {
  const ms = parseSpan(text);
  if (ms !== undefined) return ms;
  throw new UserError(
    `Cannot use "${text}" for ${option}: give a time such as 90s, 15m, 8h or 2d.`,
  );
}

/** Reads how many a person wants to see. Throws UserError. */
export function mustParseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= mostShown) return limit;
  throw new UserError(`Cannot use "${text}" for --limit: give a number from 1 to ${mostShown}.`);
}

/** Reads a role that a person gave. Throws UserError. */
export function mustParseRole(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role !== undefined) return role;
  throw new UserError(`Cannot use the role "${text}": there are ${roles.join(", ")}.`);
}

/** Takes the next value of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Reads a port that a person gave. Throws UserError. */
export function mustParsePort(text: string, option: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UserError(`Cannot use "${text}" for ${option}: give a number from 0 to 65535.`);
}

/** Resolves when the person interrupts. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Fails the command when an operation did not succeed. */
export function mustHaveSucceeded(operations: readonly OperationView[]): void {
  const bad = operations.filter(({ status }) => status !== "succeeded");
  if (bad.length === 0) return;
  const lines = bad.flatMap(({ kind, thopterName, status, error }) => [
    `${kind} ${thopterName} ${status}${error === undefined ? "" : `: ${oneLine(error.message)}`}`,
    ...(error?.causes ?? []).map((cause) => indented(indented(`  because: ${cause}`))),
  ]);
  throw new CommandFailed(lines.join("\n"));
}
