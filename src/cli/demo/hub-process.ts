import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

export type HubProcess = {
  readonly pid: number;
  /** Ends it as a person would, and answers with its exit code. */
  stop(): Promise<number | null>;
};

/** How long the hub may take to listen, and to stop, in milliseconds. */
const startMs = 30_000;
const stopMs = 30_000;

/** Starts a hub as a process of its own and waits until it listens. */
export async function startHubProcess(
  { node, program }: { node: string; program: string },
  env: Readonly<Record<string, string | undefined>>,
): Promise<HubProcess> {
  const child = spawn(node, [program, "start"], {
    env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const words: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => words.push(chunk.toString()));
  await within(startMs, listening(child, words));
  return {
    // A process that has said it listens has an id.
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise<number | null>((resolve) => void child.once("exit", resolve));
      if (child.exitCode !== null) return child.exitCode;
      child.kill("SIGTERM");
      return within(stopMs, ended);
    },
  };
}

function listening(child: ChildProcess, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`The hub ended with exit code ${code}: ${words.join("").trim()}`)),
    );
  });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The hub took longer than ${ms / 1000} s.`)), ms);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
