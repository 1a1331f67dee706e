import { ProviderError } from "../core/errors.ts";
import type { RunOptions, Shell } from "../core/ports/shell.ts";
import { collectOutput } from "./output.ts";
import type { Program, ProgramRequest } from "./program.ts";
import { createTransfers } from "./transfer.ts";

export type StartOptions = Pick<RunOptions, "cwd" | "env" | "timeoutMs"> & {
  signal?: AbortSignal | undefined;
  stdin?: ProgramRequest["stdin"];
};

export type StartProgram = (argv: readonly string[], options: StartOptions) => Program;

/** Makes a shell of a way to start programs; `letGo` is called last, when all of them have ended. */
export function createProgramShell(
  startProgram: StartProgram,
  letGo: () => Promise<void> = () => Promise.resolve(),
): Shell {
  const running = new Set<Program>();
  let closed = false;

  function start(argv: readonly string[], options: StartOptions): Program {
    if (closed) {
      throw new ProviderError(`Cannot start "${argv[0] ?? ""}": the shell is closed`, {
        kind: "transient",
      });
    }
    const program = startProgram(argv, options);
    running.add(program);
    const forget = () => running.delete(program);
    void program.finished.then(forget, forget);
    return program;
  }

  return {
    run: async (argv, options) => collectOutput(start(argv, options), options),
    ...createTransfers(start),
    async close() {
      closed = true;
      const ended = [...running].map((program) => {
        const message = `Cannot finish "${program.name}": the shell was closed`;
        program.end(new ProviderError(message, { kind: "transient" }));
        return program.finished;
      });
      await Promise.allSettled(ended);
      await letGo();
    },
  };
}
