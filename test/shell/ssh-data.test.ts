import { createHash, randomBytes } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../temp-directory.ts";
import { limit, openShell, sh, tcp } from "./ssh-fixture.ts";
import { startSshd } from "./sshd.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

describe("much data over SSH", () => {
  const size = 50 * 1024 * 1024;

  it("goes there and back unchanged", async () => {
    const { shell } = openShell(await startSshd());
    const stdin = randomBytes(size);
    const back = createHash("sha256");
    await shell.run(["cat"], {
      timeoutMs: 60_000,
      maxOutputBytes: size,
      stdin,
      onOutput: (chunk) => back.update(chunk),
    });
    expect(back.digest("hex")).toBe(createHash("sha256").update(stdin).digest("hex"));
  });

  it("is kept whole on stdout and stderr at once", async () => {
    const { shell } = openShell(await startSshd());
    const half = 10 * 1024 * 1024;
    const script = `head -c ${half} /dev/zero | tr '\\0' e >&2 & head -c ${half} /dev/zero; wait`;
    const { stdout, stderr } = await sh(shell, script);
    expect([stdout.length, stdout.every((byte) => byte === 0)]).toEqual([half, true]);
    expect([stderr.length, stderr.every((byte) => byte === 0x65)]).toEqual([half, true]);
  });

  it("does not pile up here while nobody takes it there", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const { shell, directory } = openShell(server, {
      reach: tcp(proxy.port),
    });
    const source = temporaryDirectory();
    const large = 200 * 1024 * 1024;
    await sh(shell, `truncate -s ${large} ${source}/large; mkdir target bin`);
    const tar = `#!/bin/sh\nwhile [ ! -e ${directory}/go ]; do sleep 0.02; done; exec /bin/tar "$@"`;
    writeFileSync(join(directory, "bin/tar"), tar, { mode: 0o755 });
    const slow = openShell(server, {
      reach: tcp(proxy.port),
      env: { PATH: `${directory}/bin:/usr/bin:/bin` },
    });
    const before = process.memoryUsage.rss();
    const put = slow.shell.put(source, join(directory, "target"), limit);
    await expect.poll(() => proxy.passed()).toBeGreaterThan(1_000_000);
    for (let turn = 0; turn < 20; turn += 1) await shell.run(["sleep", "0.02"], limit);
    expect(proxy.passed()).toBeLessThan(10_000_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(large / 2);
    writeFileSync(join(directory, "go"), "");
    await put;
    expect(statSync(join(directory, "target/large")).size).toBe(large);
  });
});
