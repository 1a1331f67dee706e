import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SshReach } from "../../src/shell/ssh-reach.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { failureOf, limit, openShell, tcp } from "./ssh-fixture.ts";
import { freePort, makeKey, startSshd } from "./sshd.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

describe("who answers", () => {
  it("takes no other host key than the machine's, and says what that means", async () => {
    const server = await startSshd();
    const other = makeKey(join(temporaryDirectory(), "other")).publicKey;
    const { shell } = openShell(server, { hostKey: other });
    const error = await failureOf(shell.run(["true"], limit));
    expect(error.kind).toBe("permanent");
    expect(error.message).toMatch(/shows the host key SHA256:\S+, and this machine's is SHA256:/);
    expect(error.message).toContain("someone is between");
  });

  it("asks a server with several host keys for the one it knows", async () => {
    const directory = temporaryDirectory();
    const path = join(directory, "rsa");
    execFileSync("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", path]);
    const server = await startSshd([`HostKey ${path}`]);
    for (const hostKey of [server.hostKey, readFileSync(`${path}.pub`, "utf8")]) {
      const { shell } = openShell(server, { hostKey });
      expect((await shell.run(["true"], limit)).exitCode).toBe(0);
    }
  });

  it("refuses what is no host key before it connects", async () => {
    const server = await startSshd();
    expect(() => openShell(server, { hostKey: "ssh-ed25519 AAAA" })).toThrow(
      /Cannot use host key "ssh-ed25519 AAAA"/,
    );
  });

  it("tells a login that is refused", async () => {
    const server = await startSshd();
    const { privateKey } = makeKey(join(temporaryDirectory(), "stranger"));
    const { shell } = openShell(server, { privateKey });
    const error = await failureOf(shell.run(["true"], limit));
    expect([error.kind, error.retryable]).toEqual(["auth", false]);
    expect(error.message).toContain("takes no login");
  });

  it("never shows a private key that it cannot read", async () => {
    const server = await startSshd();
    const privateKey = server.privateKey.replace("b3BlbnNzaC1rZXk", "c2VjcmV0c2VjcmV0");
    const { shell } = openShell(server, { privateKey });
    const error = await failureOf(shell.run(["true"], limit));
    expect(error.kind).toBe("auth");
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain("c2VjcmV0");
  });
});

describe("reaching the machine", () => {
  it("says that nobody listens, and connects once somebody does", async () => {
    const server = await startSshd();
    const { shell } = openShell(server, { reach: tcp(await freePort()) });
    const error = await failureOf(shell.run(["true"], limit));
    expect(error.kind).toBe("transient");
    expect(error.message).toMatch(/^Cannot connect to 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    const proxy = await startTcpProxy(server.port);
    proxy.refuse(true);
    const late = openShell(server, { reach: tcp(proxy.port) }).shell;
    expect((await failureOf(late.run(["true"], limit))).kind).toBe("transient");
    proxy.refuse(false);
    expect((await late.run(["true"], limit)).exitCode).toBe(0);
  });

  it("shares one connection between commands and keeps it", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const { shell } = openShell(server, { reach: tcp(proxy.port) });
    expect(proxy.connections()).toBe(0);
    await Promise.all(Array.from({ length: 5 }, () => shell.run(["true"], limit)));
    await shell.run(["true"], limit);
    expect(proxy.connections()).toBe(1);
  });

  it("stays connected to a peer that has nothing to say", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    const limits = { keepaliveMs: 60 };
    const { shell } = openShell(server, { reach: tcp(proxy.port), limits });
    // Ten times what a silent peer would get.
    const run = await shell.run(["sleep", "1.8"], limit);
    expect([run.exitCode, proxy.connections()]).toEqual([0, 1]);
  });

  it("gives up on one that accepts and then says nothing", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    proxy.stall();
    const { shell } = openShell(server, { reach: tcp(proxy.port), limits: { connectMs: 300 } });
    const error = await failureOf(shell.run(["true"], limit));
    expect(error.kind).toBe("transient");
    expect(error.message).toContain("no answer within 300 ms");
  });

  it("waits for a connection no longer than the command may take, and not after an abort", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port);
    proxy.stall();
    const { shell } = openShell(server, { reach: tcp(proxy.port) });
    const error = await failureOf(shell.run(["true"], { timeoutMs: 200 }));
    expect(error.message).toBe('Cannot finish "true": it took longer than 200 ms');
    const signal = AbortSignal.timeout(100);
    const aborted = await failureOf(shell.run(["true"], { ...limit, signal }));
    expect(aborted.message).toBe('Cannot finish "true": it was aborted');
  });

  const hasIpv6 = Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.address === "::1");

  it.runIf(hasIpv6)("goes to an IPv6 address", async () => {
    const server = await startSshd();
    const proxy = await startTcpProxy(server.port, "::1");
    const { shell } = openShell(server, { reach: tcp(proxy.port, "::1") });
    expect((await shell.run(["true"], limit)).exitCode).toBe(0);
    const nobody = openShell(server, { reach: tcp(await freePort(), "::1") }).shell;
    expect((await failureOf(nobody.run(["true"], limit))).message).toMatch(
      /^Cannot connect to \[::1\]:\d+: /,
    );
  });
});

describe("inside TLS", () => {
  const servername = "machine.example.test";

  /** Ends TLS in front of an SSH server, as a host's proxy does. */
  async function startTerminator(target: number): Promise<{ port: number; ca: string }> {
    const directory = temporaryDirectory();
    const [key, certificate] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const named = ["-subj", `/CN=${servername}`, "-addext", `subjectAltName=DNS:${servername}`];
    execFileSync(
      "openssl",
      [...made, "-nodes", "-keyout", key, "-out", certificate, "-days", "1", ...named],
      { stdio: "ignore" },
    );
    const ca = readFileSync(certificate, "utf8");
    const server = createServer({ key: readFileSync(key), cert: ca }, (client) => {
      const there = connect(target, "127.0.0.1");
      client.pipe(there).pipe(client);
      client.on("error", () => there.destroy());
      there.on("error", () => client.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("It has no port");
    return { port: address.port, ca };
  }

  it("runs commands, moves files and stays connected", async () => {
    const server = await startSshd();
    const { port, ca } = await startTerminator(server.port);
    const reach: SshReach = { kind: "tls", host: "127.0.0.1", port, servername, ca };
    const { shell, directory } = openShell(server, { reach, limits: { keepaliveMs: 60 } });
    const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 256);
    const copied = await shell.run(["cat"], { ...limit, stdin: bytes });
    expect(Buffer.compare(copied.stdout, bytes)).toBe(0);
    const source = temporaryDirectory();
    writeFileSync(join(source, ".env"), "A=1");
    await shell.put(source, directory, limit);
    expect(readFileSync(join(directory, ".env"), "utf8")).toBe("A=1");
    expect((await shell.run(["sleep", "1"], limit)).exitCode).toBe(0);
  });

  it("trusts no certificate that it cannot check, nor one for another name", async () => {
    const server = await startSshd();
    const { port, ca } = await startTerminator(server.port);
    const reach = { kind: "tls" as const, host: "127.0.0.1", port };
    const unknown = openShell(server, { reach: { ...reach, servername } }).shell;
    const other = openShell(server, { reach: { ...reach, servername: "other.test", ca } }).shell;
    for (const shell of [unknown, other]) {
      const error = await failureOf(shell.run(["true"], limit));
      expect(error.kind).toBe("permanent");
      expect(error.message).toContain("certificate is not trusted");
    }
  });
});
