import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { endProcess, runProgram, type RunningProgram } from "../hub/hub-process.ts";
import { leftProcesses } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { run } from "./run.ts";

/** Starts it, and answers with the environment that it prints for a hub. */
async function simulate(
  TMPDIR: string,
  ...options: string[]
): Promise<{ fly: RunningProgram; environment: Record<string, string> }> {
  const fly = runProgram(["simulate", "fly", "--port", "0", "--ssh-port", "0", ...options], {
    TMPDIR,
  });
  onTestFinished(() => endProcess(fly.pid));
  await expect.poll(() => fly.output(), { timeout: 10_000 }).toContain("thopter start");
  const lines = [...fly.output().matchAll(/^export ([A-Z_]+)=(\S+)$/gm)];
  const environment = Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
  return { fly, environment };
}

it("what it prints starts a hub, and a signal ends it with all its machines", async () => {
  const TMPDIR = temporaryDirectory();
  const { fly, environment } = await simulate(TMPDIR);
  expect(Object.keys(environment)).toContain("FLY_API_TOKEN");
  const hub = await startHub({ env: environment });
  await hub.ready();
  expect(await hub.stop()).toBe(0);
  fly.child.kill("SIGTERM");
  expect(await fly.ended).toBe(0);
  expect(readdirSync(TMPDIR)).toEqual([]);
  expect(await leftProcesses(TMPDIR)).toEqual([]);
}, 60_000);

it("its machines have the programs that they are given", async () => {
  const [TMPDIR, directory] = [temporaryDirectory(), temporaryDirectory()];
  const program = join(directory, "greet");
  writeFileSync(program, "#!/bin/sh\necho hello from the outside; exec cat\n", { mode: 0o755 });
  const { fly, environment } = await simulate(TMPDIR, "--program", program);
  const hub = await startHub({ env: { ...environment, THOPTER_AGENT_COMMAND: program } });
  const { name } = await hub.ready();
  const { text } = await hub.person.call("read", { thopter: name, what: "screen" });
  expect(text).toContain("hello from the outside");
  await hub.end();
  fly.child.kill("SIGTERM");
  expect(await fly.ended).toBe(0);
  const none = await run({}, "simulate", "fly", "--program", "/no/such/program");
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('"/no/such/program"');
}, 60_000);

it("two run side by side", async () => {
  const TMPDIR = temporaryDirectory();
  const [one, two] = [await simulate(TMPDIR), await simulate(TMPDIR)];
  const { FLY_FLAPS_BASE_URL: url } = one.environment;
  expect(two.environment["FLY_FLAPS_BASE_URL"]).not.toBe(url);
  for (const { fly } of [one, two]) fly.child.kill("SIGINT");
  expect(await Promise.all([one.fly.ended, two.fly.ended])).toEqual([0, 0]);
  expect(readdirSync(TMPDIR)).toEqual([]);
}, 30_000);

it("says which port is taken, and which is none", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // A server that listens on a port has one.
  const port = String((server.address() as AddressInfo).port);
  const taken = await run({ TMPDIR: temporaryDirectory() }, "simulate", "fly", "--port", port);
  expect(taken.code).toBe(7);
  expect(taken.stderr).toContain(`Cannot simulate Fly on port ${port}`);
  expect(taken.stderr).toContain("--port");
  const none = await run({}, "simulate", "fly", "--port", "http");
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('Cannot use "http" for --port');
});
