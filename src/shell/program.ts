import { spawn, type ChildProcessByStdio } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import { Readable, type Writable } from "node:stream";
import { messageOf, ProviderError } from "../core/errors.ts";
import { systemCodeOf } from "../core/system-error.ts";
import { endProcessGroup, groupLives } from "./process-group.ts";
import { abortedError, enforceLimits, type ProgramLimits } from "./program-limits.ts";
import { withResolvers } from "./with-resolvers.ts";

export type ProgramRequest = {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Nothing to read when absent. */
  stdin?: string | Uint8Array | Readable | undefined;
  limits: ProgramLimits;
};

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** A program under way on this machine, in a process group of its own. */
export type Program = {
  name: string;
  stdout: Readable;
  stderr: Readable;
  /**
   * Its exit code, 128 plus the number for a signal, once its output is read to the end. Rejects
   * with the reason that ended it, after it and its process group have ended.
   */
  finished: Promise<number>;
  end(reason: Error): void;
};

// setTimeout takes no more than this.
const longestTimeoutMs = 2 ** 31 - 1;
const graceMs = 2_000;

/** Throws ProviderError when the signal has aborted already or the program cannot be started. */
export function startProgram(request: ProgramRequest): Program {
  const name = request.argv[0] ?? "";
  const { signal } = request.limits;
  if (signal?.aborted === true) throw abortedError(name, signal);
  const child = spawnGroup(request);
  const ending = watchEnd(child, (error) => startError(request, error));
  enforceLimits(request.limits, { name, ...ending }, after);
  if (child.stdin !== null) feed(child.stdin, request.stdin ?? "");
  return { name, stdout: child.stdout, stderr: child.stderr, ...ending };
}

function spawnGroup(request: ProgramRequest): Child {
  const [file = "", ...args] = request.argv;
  const options = { cwd: request.cwd, env: { ...request.env }, detached: true };
  try {
    // Node's pipe is a socket, and bash takes a socket as its stdin for a remote login.
    return request.stdin === undefined
      ? spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
      : spawn(file, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  } catch (error) {
    throw startError(request, error);
  }
}

/** Writes all of `content` to a program's stdin, then ends it. */
export function feed(stdin: Writable, content: string | Uint8Array | Readable): void {
  // A program may end without reading all: what it makes of that is in its exit code.
  stdin.on("error", () => stdin.destroy());
  if (!(content instanceof Readable)) {
    stdin.end(content);
    return;
  }
  content.pipe(stdin);
  stdin.once("close", () => content.unpipe(stdin).resume());
  content.once("close", () => stdin.end());
}

function watchEnd(
  child: Child,
  toStartError: (error: unknown) => ProviderError,
): Pick<Program, "finished" | "end"> {
  const { promise: finished, resolve, reject } = withResolvers<number>();
  let ended = false;
  let groupIsGone = child.pid === undefined;
  child.once("error", (error) => {
    ended = true;
    reject(toStartError(error));
  });
  child.once("exit", () => {
    // From now on its number may belong to a stranger, unless children keep the group.
    groupIsGone = child.pid === undefined || !groupLives(child.pid);
  });
  child.once("close", (code, signal) => {
    if (ended) return;
    ended = true;
    resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
  });

  async function endAll(): Promise<void> {
    if (child.pid !== undefined && !groupIsGone) await endProcessGroup(child.pid, graceMs);
    for (const stream of child.stdio) stream?.destroy();
  }

  return {
    finished,
    end(reason) {
      if (ended) return;
      ended = true;
      void endAll().then(() => reject(reason), reject);
    },
  };
}

// Unlike a clock's, this timer keeps the process alive until the program's end.
function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, longestTimeoutMs));
  return () => clearTimeout(timer);
}

const passing = ["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"];

function startError(request: ProgramRequest, error: unknown): ProviderError {
  const name = request.argv[0] ?? "";
  const code = systemCodeOf(error) ?? "";
  return new ProviderError(`Cannot start "${name}": ${startFailure(request, code, error)}`, {
    kind: passing.includes(code) ? "transient" : "permanent",
    cause: error,
  });
}

function startFailure(request: ProgramRequest, code: string, error: unknown): string {
  // A missing program and a missing directory are the same code.
  if (code === "ENOENT" && statSync(request.cwd, { throwIfNoEntry: false }) === undefined) {
    return `its directory "${request.cwd}" does not exist`;
  }
  if (code === "ENOENT") return "there is no such program. Install it, or name it by its full path";
  if (code === "EACCES") return "it may not be executed, or its directory not be entered";
  if (code === "E2BIG") return "its arguments are too long";
  return messageOf(error);
}
