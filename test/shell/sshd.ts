import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "../temp-directory.ts";

const program = "/usr/sbin/sshd";
const triesForPort = 5;

export type Sshd = {
  port: number;
  username: string;
  privateKey: string;
  hostKey: string;
  /** The home of who logs in. */
  home: string;
};

/** Starts OpenSSH's server on a loopback port for the running test; `settings` come first, and so win. */
export async function startSshd(settings: readonly string[] = []): Promise<Sshd> {
  const directory = temporaryDirectory();
  const home = join(directory, "home");
  mkdirSync(home);
  // Where Debian's server, run by root, goes to be harmless; it is made when a system starts it.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const host = makeKey(join(directory, "host"));
  const client = makeKey(join(directory, "client"));
  const config = join(directory, "sshd_config");
  writeFileSync(config, [...settings, ...usualSettings(directory, home)].join("\n"));
  const port = await startOnFreePort(config);
  const { username } = userInfo();
  return { port, username, privateKey: client.privateKey, hostKey: host.publicKey, home };
}

function usualSettings(directory: string, home: string): string[] {
  return [
    "ListenAddress 127.0.0.1",
    `HostKey ${join(directory, "host")}`,
    `AuthorizedKeysFile ${join(directory, "client.pub")}`,
    `SetEnv HOME=${home}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    "PrintMotd no",
    "PrintLastLog no",
    "",
  ];
}

export function makeKey(path: string): { privateKey: string; publicKey: string } {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
  const [privateKey, publicKey] = [path, `${path}.pub`].map((file) => readFileSync(file, "utf8"));
  return { privateKey: privateKey ?? "", publicKey: publicKey ?? "" };
}

async function startOnFreePort(config: string): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const server = spawn(program, ["-D", "-e", "-f", config, "-p", String(port)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said = await wordsUntilListening(server);
    if (said === undefined) {
      onTestFinished(() => stop(server));
      return port;
    }
    // Someone else took the port meanwhile.
    if (!said.includes("Cannot bind") || tries === triesForPort) throw new Error(said);
  }
}

/** Undefined once it listens; what it said when it ends before. */
async function wordsUntilListening(server: ChildProcess): Promise<string | undefined> {
  if (server.stderr === null) throw new Error("Cannot start sshd: it has no stderr");
  const lines: string[] = [];
  const reader = createInterface({ input: server.stderr });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("close", () => resolve(`Cannot start sshd: ${lines.join(" ")}`));
    // Read to its end, so that the server never waits for a reader.
    reader.on("line", (line) => {
      lines.push(line);
      if (line.startsWith("Server listening")) resolve(undefined);
    });
  });
}

/** Ends the server, and what it started for each connection. */
async function stop(server: ChildProcess): Promise<void> {
  const ended = once(server, "exit");
  const sessions = server.pid === undefined ? [] : childrenOf(server.pid);
  for (const pid of sessions) kill(pid);
  server.kill("SIGKILL");
  await ended;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It may just have ended by itself.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It ended while this looked.
    return undefined;
  }
}

/** A port that the kernel chose, and that is free for now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("It has no port");
  return address.port;
}
