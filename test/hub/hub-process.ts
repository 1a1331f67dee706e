import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export const program = fileURLToPath(new URL("../../bin/thopter", import.meta.url));

/** A `thopter` that runs as a process of its own. */
export type RunningProgram = {
  readonly pid: number;
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | string>;
};

/** The environment of this test without any setting of a hub. */
export function plainEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ||
    /^(THOPTER_|MAX_|GITHUB_|SLACK_|FLY_|ANTHROPIC_|CLAUDE_|OPENAI_|VITEST)/.test(name)
      ? []
      : [[name, value]],
  );
  // Each entry is a name and its value.
  return Object.fromEntries(own) as Record<string, string>;
}

/** Runs `thopter` with these arguments, its input and output as pipes. */
export function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningProgram {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...plainEnvironment(), ...env },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  // It is set as soon as the process exists, and node itself is always there.
  const pid = child.pid as number;
  return { pid, child, output: () => printed, ended };
}

/** Starts a hub and resolves once it listens. Throws with its words when it does not come to that. */
export async function startProgram(env: Readonly<Record<string, string>>): Promise<RunningProgram> {
  const hub = runProgram(["start"], env);
  hub.child.stdin?.end();
  const ready = new Promise<void>((resolve) => {
    hub.child.once("message", () => resolve());
  });
  const first = await Promise.race([ready, hub.ended]);
  if (first === undefined) return hub;
  throw new Error(`The hub ended with ${String(first)}: ${hub.output().trim()}`);
}

/** Ends a process by its id at once; one that has ended already is no error. */
export function endProcess(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
