import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../temp-directory.ts";
import {
  failureOf,
  isLocked,
  limit,
  openShell,
  sh,
  startScript,
  tcp,
  text,
} from "./ssh-fixture.ts";
import { startSshd } from "./sshd.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

const hold = `flock lock sh -c 'echo held; exec sleep 300'`;

describe("when the connection is lost", () => {
  it("fails what runs, ends it there, and connects anew for the next command", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const { shell, directory } = openShell(server, { reach: tcp(proxy.port) });
    const { ended } = await startScript(shell, hold);
    expect(isLocked(directory)).toBe(true);
    proxy.cut();
    const error = await failureOf(ended);
    expect(isLocked(directory)).toBe(false);
    expect(error.kind).toBe("transient");
    expect(error.message).toMatch(/^Cannot finish "sh": the connection to \S+ was lost: /);
    expect(text((await sh(shell, "echo again")).stdout)).toBe("again\n");
    expect(proxy.connections()).toBe(2);
  });

  it("does not mind a loss while nothing runs", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const { shell } = openShell(server, { reach: tcp(proxy.port) });
    for (let turn = 1; turn <= 3; turn += 1) {
      expect((await shell.run(["true"], limit)).exitCode).toBe(0);
      proxy.cut();
      // A command that finds the connection cut, before that is known here, fails as a lost one.
      await expect
        .poll(() => shell.run(["true"], limit).then(({ exitCode }) => exitCode, String))
        .toBe(0);
    }
  });

  it("ends what a loss left there before anything else runs", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const limits = { endMs: 400 };
    const { shell, directory } = openShell(server, { reach: tcp(proxy.port), limits });
    const { ended } = await startScript(shell, hold);
    proxy.refuse(true);
    proxy.cut();
    const error = await failureOf(ended);
    expect(error.message).toContain("It may still run there: Cannot connect to");
    expect(isLocked(directory)).toBe(true);
    proxy.refuse(false);
    const next = await shell.run(["flock", "-n", "lock", "true"], limit);
    expect(next.exitCode).toBe(0);
  });

  it("notices a peer that falls silent, within three keepalives", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const limits = { keepaliveMs: 100, endMs: 500 };
    const { shell, directory } = openShell(server, { reach: tcp(proxy.port), limits });
    const { ended } = await startScript(shell, hold);
    proxy.stall();
    const error = await failureOf(ended);
    expect(error.kind).toBe("transient");
    expect(error.message).toContain("it was silent for 300 ms");
    expect(error.message).toContain("It may still run there: no answer within 500 ms");
    proxy.resume();
    await expect
      .poll(() => shell.run(["true"], limit).then(({ exitCode }) => exitCode, String))
      .toBe(0);
    expect(isLocked(directory)).toBe(false);
  });

  it("closes within bounds when the peer has fallen silent", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const limits = { endMs: 300 };
    const { shell, directory } = openShell(server, { reach: tcp(proxy.port), limits });
    const { ended } = await startScript(shell, "echo $$ >pid; echo held; exec sleep 300");
    proxy.stall();
    await shell.close();
    expect((await failureOf(ended)).message).toMatch(
      /the shell was closed. It may still run there: no answer within 300 ms$/,
    );
    process.kill(Number(readFileSync(join(directory, "pid"), "utf8")));
  });

  it("leaves nothing here of a transfer that it cuts off", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const { shell, directory } = openShell(server, { reach: tcp(proxy.port) });
    await sh(shell, "truncate -s 1G large");
    const target = temporaryDirectory();
    const got = failureOf(shell.get(directory, target, limit));
    await expect.poll(() => proxy.passed()).toBeGreaterThan(5_000_000);
    proxy.cut();
    expect((await got).kind).toBe("transient");
    expect(readdirSync(target)).toEqual([]);
  });
});
