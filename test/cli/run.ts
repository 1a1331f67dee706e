import { temporaryDirectory } from "../temp-directory.ts";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { spawn } from "node:child_process";
import type { TestHub } from "../hub/hub-kit.ts";

export type Ran = { code: number | string; stdout: string; stderr: string };

/** Runs `thopter` with these arguments in pipes until it ends. */
export async function run(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ran: Ran = { code: "running", stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
  ran.code = await new Promise((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return ran;
}

/** The command line of whoever runs a hub. */
export function commandLineOf(hub: TestHub): (...args: readonly string[]) => Promise<Ran> {
  return (...args) => run({ THOPTER_DATA_DIR: hub.data }, ...args);
}

/** Where no hub runs. */
export function nowhere(): Record<string, string> {
  return { THOPTER_DATA_DIR: temporaryDirectory() };
}

/** What a command that succeeds prints, as JSON. */
export function jsonOf({ code, stdout, stderr }: Ran): unknown {
  if (code !== 0) throw new Error(`It ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout);
}
