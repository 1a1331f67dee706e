import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTmux } from "../../src/shell/tmux.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { failureOf, limit, openShell, sh, startScript, tcp } from "./ssh-fixture.ts";
import { startSshd } from "./sshd.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

describe("channels", () => {
  it("stay below what the server takes; the rest waits its turn", async () => {
    const { shell, directory } = openShell(await startSshd(["MaxSessions 10"]));
    const script = 'touch "at-$0"; while [ ! -e go ]; do sleep 0.02; done';
    const runs = Array.from({ length: 20 }, (_, at) =>
      shell.run(["sh", "-c", script, String(at)], limit),
    );
    const started = () => readdirSync(directory).filter((name) => name.startsWith("at-"));
    await expect.poll(() => started().length).toBe(7);
    writeFileSync(join(directory, "go"), "");
    const codes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
    expect(codes).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it("are not waited for after an abort, and then nothing starts", async () => {
    const { shell, directory } = openShell(await startSshd(), { limits: { channels: 1 } });
    const first = await startScript(shell, "echo; while [ ! -e go ]; do sleep 0.02; done");
    const signal = AbortSignal.timeout(100);
    const second = shell.run(["touch", "made"], { ...limit, signal });
    await expect(second).rejects.toThrow("aborted");
    writeFileSync(join(directory, "go"), "");
    expect((await first.ended).exitCode).toBe(0);
    expect((await shell.run(["true"], limit)).exitCode).toBe(0);
    expect(existsSync(join(directory, "made"))).toBe(false);
  });

  it("are given back by commands that failed, were aborted or never started", async () => {
    const { shell } = openShell(await startSshd(), { limits: { channels: 1 } });
    for (let turn = 0; turn < 5; turn += 1) {
      const signal = AbortSignal.timeout(turn * 10);
      await shell.run(["sleep", "300"], { ...limit, signal }).catch(() => undefined);
      await shell.run(["nothing-here"], limit).catch(() => undefined);
      await sh(shell, "yes", { ...limit, maxOutputBytes: 1_000 }).catch(() => undefined);
    }
    expect((await shell.run(["true"], limit)).exitCode).toBe(0);
  });

  it("are given back when the start was aborted while the server said nothing", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const { shell } = openShell(server, { reach: tcp(proxy.port), limits: { channels: 1 } });
    await shell.run(["true"], limit);
    proxy.stall();
    const error = await failureOf(shell.run(["true"], { timeoutMs: 100 }));
    expect(error.message).toBe('Cannot finish "true": it took longer than 100 ms');
    proxy.resume();
    expect((await shell.run(["true"], limit)).exitCode).toBe(0);
  });

  it("are given back when the login shell does not come to the command", async () => {
    const noisy = join(temporaryDirectory(), "noisy");
    const login = `ForceCommand if [ -e ${noisy} ]; then yes; fi; sh -c "$SSH_ORIGINAL_COMMAND"`;
    const { shell } = openShell(await startSshd([login]), { limits: { channels: 1, endMs: 300 } });
    writeFileSync(noisy, "");
    await failureOf(shell.run(["true"], limit));
    rmSync(noisy);
    expect((await shell.run(["true"], limit)).exitCode).toBe(0);
  });

  it("are not needed to end a command: a server that has no other is connected to anew", async () => {
    const server = await startSshd(["MaxSessions 1"]);
    const { shell } = openShell(server, { limits: { channels: 1 } });
    const stop = new AbortController();
    const { ended } = await startScript(shell, "flock lock sh -c 'echo; exec sleep 300'", {
      signal: stop.signal,
    });
    stop.abort();
    expect((await failureOf(ended)).message).toMatch(/it was aborted$/);
    expect((await shell.run(["flock", "-n", "lock", "true"], limit)).exitCode).toBe(0);
  });
});

describe("ending a command over SSH", () => {
  const held = "echo held; exec sleep 300";

  it.each([
    ["in a session of its own", `setsid flock lock sh -c '${held}' & wait`],
    ["without its environment", `env -i flock lock sh -c '${held}' & wait`],
    ["with neither", `env -i setsid flock lock sh -c '${held}' & sleep 300`],
    ["that nobody waits for", `setsid sh -c "flock lock sh -c '${held}' &"; sleep 300`],
    ["that goes on after its parent", `flock lock sh -c '${held}' & exit 0`],
    ["that is stopped", `flock lock sh -c 'echo held; kill -STOP $$; sleep 300' & wait`],
  ])("ends a child %s", async (_name, script) => {
    const { shell } = openShell(await startSshd());
    const stop = new AbortController();
    const { ended } = await startScript(shell, script, { signal: stop.signal });
    expect((await shell.run(["flock", "-n", "lock", "true"], limit)).exitCode).toBe(1);
    stop.abort();
    expect((await failureOf(ended)).message).toMatch(/it was aborted$/);
    expect((await shell.run(["flock", "-n", "lock", "true"], limit)).exitCode).toBe(0);
  });

  it("lets a child that is stopped tidy up", async () => {
    const { shell, directory } = openShell(await startSshd());
    const stop = new AbortController();
    const script = "trap 'touch tidy; exit' TERM; echo; kill -STOP $$; sleep 300";
    const { ended } = await startScript(shell, script, { signal: stop.signal });
    stop.abort();
    await failureOf(ended);
    expect(existsSync(join(directory, "tidy"))).toBe(true);
  });

  it("starts nothing when it is aborted while the login shell is slow", async () => {
    const directory = temporaryDirectory();
    const slow = `touch ${directory}/at; while [ ! -e ${directory}/go ]; do sleep 0.02; done`;
    const server = await startSshd([`ForceCommand ${slow}; exec sh -c "$SSH_ORIGINAL_COMMAND"`]);
    const { shell } = openShell(server);
    const stop = new AbortController();
    const late = `${directory}/late`;
    const run = sh(shell, `sleep 0.3; touch ${late}`, { ...limit, signal: stop.signal });
    const failure = failureOf(run);
    await expect.poll(() => existsSync(`${directory}/at`)).toBe(true);
    stop.abort();
    writeFileSync(`${directory}/go`, "");
    expect((await failure).message).toMatch(/it was aborted$/);
    // Longer than it would have taken.
    await shell.run(["sleep", "0.6"], limit);
    expect(existsSync(late)).toBe(false);
  });

  it("ends no other command", async () => {
    const { shell, directory } = openShell(await startSshd());
    const waits = "echo; while [ ! -e go ]; do sleep 0.02; done";
    const other = await startScript(shell, waits);
    const stop = new AbortController();
    const aborted = await startScript(shell, waits, { signal: stop.signal });
    stop.abort();
    await failureOf(aborted.ended);
    writeFileSync(join(directory, "go"), "");
    expect((await other.ended).exitCode).toBe(0);
  });

  it("starts nothing when it is aborted at any moment before", async () => {
    const { shell, directory } = openShell(await startSshd());
    await shell.run(["true"], limit);
    for (let ms = 0; ms < 25; ms += 3) {
      const stop = new AbortController();
      const run = sh(shell, "sleep 0.5; touch late", { ...limit, signal: stop.signal });
      const failure = failureOf(run);
      await new Promise((resolve) => setTimeout(resolve, ms));
      stop.abort();
      expect((await failure).message).toContain("aborted");
    }
    // Longer than the last of them would have taken.
    await shell.run(["sleep", "0.6"], limit);
    expect(existsSync(join(directory, "late"))).toBe(false);
  });
});

describe("a terminal over SSH", () => {
  it("outlives the command that started it and the connection", async () => {
    const server = await startSshd();
    const first = openShell(server);
    const socket = join(first.directory, "tmux");
    const { signal } = new AbortController();
    const program = { argv: ["cat"], cwd: first.directory };
    await createTmux(first.shell, { socket }).start(program, signal);
    await first.shell.close();
    const tmux = createTmux(openShell(server).shell, { socket });
    await tmux.send("Grüße 🚁", signal);
    await expect
      .poll(() => tmux.capture({ history: false, maxLength: 1_000 }, signal))
      .toMatch(/Grüße 🚁\nGrüße 🚁/);
    expect((await tmux.status(signal)).alive).toBe(true);
    await tmux.stop(signal);
    expect((await tmux.status(signal)).alive).toBe(false);
  });
});
