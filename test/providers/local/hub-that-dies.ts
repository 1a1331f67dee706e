import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import type { LocalIsolation } from "../../../src/providers/local/isolation.ts";

const built = fileURLToPath(new URL("../../../dist/src/providers/local/", import.meta.url));

// A hub with a machine, a daemon on it and a command under way, which then waits to be killed.
const program = `
const [directory, isolation, daemon, command] = process.argv.slice(1);
const { createLocalProvider } = await import(${JSON.stringify(pathToFileURL(`${built}local-provider.js`).href)});
const signal = new AbortController().signal;
const clock = { now: () => 1_700_000_000_000, after: () => () => undefined };
const provider = createLocalProvider({ directory, isolation: JSON.parse(isolation), clock });
const tags = { hub: "hub-1", thopter: "thopter-1", operation: "operation-1" };
const { id } = await provider.create({ name: "swift-heron", tags }, signal);
const shell = await provider.shell(id, signal);
const run = (script, onOutput) =>
  shell.run(["sh", "-c", script], { timeoutMs: 86_400_000, ...(onOutput && { onOutput }) });
await run(daemon);
await run(command, () => console.log(id));`;

/** Answers with its machine's id once all runs and the hub was killed in the midst of it. */
export async function hubThatDies(
  directory: string,
  isolation: LocalIsolation,
  scripts: { daemon: string; command: string },
): Promise<string> {
  const args = [directory, JSON.stringify(isolation), scripts.daemon, scripts.command];
  const hub = spawn(process.execPath, ["--input-type=module", "-e", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    hub.kill("SIGKILL");
  });
  // Node types its events as unknown.
  const [said] = (await once(hub.stdout, "data")) as [Buffer];
  hub.kill("SIGKILL");
  await once(hub, "exit");
  return said.toString().trim();
}
