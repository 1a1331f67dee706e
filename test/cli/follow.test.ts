import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { commandLineOf, runHere } from "./run.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const heldSetup = `#!/bin/sh
printf 'one\\033[2J\\ntwo'
until [ -f go ]; do sleep 0.05; done
rm go
echo ' three'
`;

/** A command in pipes that runs on while the test goes on. */
function follow(hub: TestHub, ...args: readonly string[]) {
  const env = { ...plainEnvironment(), THOPTER_DATA_DIR: hub.data };
  const child = spawn(process.execPath, [program, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([code]: unknown[]) => code);
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    shows: (words: string) =>
      vi.waitFor(() => expect(stdout).toContain(words), { timeout: 60_000, interval: 50 }),
  };
}

it("a log is followed from before there is one until the setup is over", async () => {
  const hub = await startHub({ files: { ".thopter/setup": heldSetup } });
  await hub.person.call("pause", { scope: "all" });
  const { operation } = await hub.provision({ name: "amber-falcon" });
  const log = follow(hub, "log", "amber-falcon", "-f");
  await hub.person.call("resume", { scope: "all" });
  await log.shows("one");
  expect(log.stdout()).toBe("one\n");
  const go = { thopter: "amber-falcon", command: "touch go", timeoutMs: 10_000 };
  await hub.person.call("run", go);
  expect(await log.ended).toBe(0);
  expect(log.stdout()).toBe("one\ntwo three\n");
  expect(log.stderr()).toBe("");
  await hub.finished(operation.id);
  const again = await commandLineOf(hub)("log", "amber-falcon", "-f");
  expect(again).toEqual({ code: 0, stdout: "one\ntwo three\n", stderr: "" });
  const env = { THOPTER_DATA_DIR: hub.data };
  const none = await runHere(env, "log", "none", "-f");
  expect(none).toMatchObject({ code: 5, stdout: "" });
  for (const args of [
    ["log", "-f", "--json"],
    ["screen", "-f", "--history"],
  ]) {
    const [verb = "", ...flags] = args;
    expect(await runHere(env, verb, "amber-falcon", ...flags)).toMatchObject({ code: 2 });
  }
  await hub.end();
});

it("a screen is followed in a pipe until the thopter is gone, under whatever name", async () => {
  const hub = await startHub();
  await hub.ready({ name: "amber-falcon" });
  const screen = follow(hub, "screen", "amber-falcon", "--follow");
  await screen.shows("amber-falcon: ");
  await hub.person.call("renameThopter", { thopter: "amber-falcon", name: "jade-owl" });
  await hub.person.call("tell", { thopter: "jade-owl", text: "hello there" });
  await screen.shows("hello there");
  await screen.shows("jade-owl: ");
  expect(screen.stdout()).not.toContain("\u001b");
  await hub.destroyed("jade-owl");
  expect(await screen.ended).toBe(0);
  expect(screen.stdout()).toMatch(/\njade-owl: gone\n+$/);
  await hub.end();
});

it("a screen is followed in place at a terminal, and Ctrl-C ends that alone", async () => {
  const hub = await startHub();
  await hub.ready({ name: "amber-falcon" });
  const terminal = await openTerminal({ THOPTER_DATA_DIR: hub.data }, { rows: 20 });
  await terminal.start("screen", "amber-falcon", "-f");
  await terminal.shows(/^amber-falcon: (ready|working|idle)$/m);
  for (let line = 0; line < 30; line += 1) {
    await hub.person.call("tell", { thopter: "amber-falcon", text: `line ${line}` });
  }
  const shown = await terminal.shows("line 29");
  expect(shown.match(/^amber-falcon: /gm)).toHaveLength(1);
  await terminal.press("C-c");
  await terminal.shows("[exit 130]");
  expect((await hub.person.call("getThopter", { thopter: "amber-falcon" })).status).toBe("ready");
  await terminal.close();
  await hub.end();
});
