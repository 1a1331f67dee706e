import { spawn } from "node:child_process";
import { Writable } from "node:stream";
import { runCli } from "../../src/cli/run-cli.ts";
import type { CliPorts } from "../../src/cli/run-cli.ts";
import { readConnection } from "../../src/config.ts";
import { effectiveSettings } from "../../src/effective-settings.ts";
import { createInitChecks } from "../../src/checks/init-checks.ts";
import { createLocalTemplates } from "../../src/local-templates.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const clock = createSystemClock();

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

/** Runs a command that needs no process of its own: those that end before they reach a hub. */
export async function runHere(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const code = await runCli(["node", "thopter", ...args], portsHere(env, { stdout, stderr }));
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** What a command line needs that stays in this process. */
export function portsHere(
  env: Readonly<Record<string, string>>,
  { stdout, stderr }: { stdout: Writable; stderr: Writable },
): CliPorts {
  const notHere = (): Promise<never> => Promise.reject(new Error("It needs a process of its own"));
  return {
    version: "0.0.0",
    stdin: process.stdin,
    stdout,
    stderr,
    signal: new AbortController().signal,
    connection: () => readConnection(env),
    environment: () => env,
    startHub: notHere,
    startInBackground: notHere,
    runProxy: notHere,
    examine: async () => [],
    initChecks: async () => createInitChecks(),
    effectiveSettings: () => effectiveSettings(env),
    openLocalTemplates: async () => createLocalTemplates(readConnection(env).dataDirectory),
    demo: { program, node: process.execPath, environment: env, clock },
    simulate: { clock },
  };
}

/** A pipe whose reader keeps all. */
export function collector(): Writable & { text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join("") });
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
