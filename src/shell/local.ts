import { resolve } from "node:path";
import type { Shell } from "../core/ports/shell.ts";
import { createProgramShell, type StartOptions } from "./program-shell.ts";
import { startProgram, type ProgramRequest } from "./program.ts";

export type Wrap = (
  argv: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>> },
) => string[];

export type LocalShellOptions = {
  /** All that programs get to see of the environment. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  /**
   * Puts a sandbox in front of each program: answers with the command line that runs it there, the
   * sandbox named by its full path. It has to change to `cwd` itself; `env` it inherits already, so
   * that no value has to stand on a command line.
   */
  wrap?: Wrap;
};

/**
 * Runs programs on this machine. When it ends one early, it ends the whole process group. A child
 * that went to a session of its own is out of its reach unless `wrap` gives each program a PID
 * namespace.
 */
export function createLocalShell(options: LocalShellOptions): Shell {
  return createProgramShell((argv, run) =>
    startProgram({
      ...wrapped(options, argv, run),
      stdin: run.stdin,
      limits: { timeoutMs: run.timeoutMs, signal: run.signal },
    }),
  );
}

function wrapped(
  options: LocalShellOptions,
  argv: readonly string[],
  run: StartOptions,
): Pick<ProgramRequest, "argv" | "cwd" | "env"> {
  const cwd = resolve(options.cwd, run.cwd ?? ".");
  const env = { ...options.env, ...run.env };
  if (options.wrap === undefined) return { argv, cwd, env };
  // The directory may exist inside the sandbox alone.
  return { argv: options.wrap(argv, { cwd, env }), cwd: "/", env };
}
