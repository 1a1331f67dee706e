import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { systemCodeOf } from "../../core/system-error.ts";
import type { BackendMachine, ExecRequest, ExecResult, MachineBackend } from "./backend.ts";
import { layOut, machineDirectory, volumeDirectory } from "./machine-files.ts";
import { sandboxArguments } from "./sandbox-arguments.ts";
import { sessionsBelow } from "./server-sessions.ts";

export type SshdBackendOptions = {
  /** Where the machines lie. */
  directory: string;
  /** The same on every machine: each has an address of its own. */
  port: number;
  /** Programs outside /usr that machines have as well, by their paths here. */
  programs?: readonly string[];
  bwrap?: string;
  sshd?: string;
};

/** Machines that are sandboxes of this machine, each with an SSH server on a loopback address of its own. */
export function createSshdBackend(options: SshdBackendOptions): MachineBackend {
  const { directory, port, bwrap = "/usr/bin/bwrap", sshd = "/usr/sbin/sshd" } = options;
  const { programs = [] } = options;
  const running = new Map<string, ChildProcess>();

  async function halt({ id }: BackendMachine): Promise<void> {
    const child = running.get(id);
    running.delete(id);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // The sandbox has its own processes: they end with its first one.
    child.kill("SIGKILL");
    await ended;
  }

  return {
    addressOf: ({ id }) => addressOf(id),
    async boot(machine, { freshRoot, fullVolume }) {
      await halt(machine);
      const files = layOut(directory, machine, { freshRoot });
      const sandbox = sandboxArguments(files, { fullVolume, hostname: machine.id, programs });
      const server = ["-D", "-e", "-f", "/etc/thopter/sshd_config"];
      const where = ["-o", `ListenAddress=${addressOf(machine.id)}:${String(port)}`];
      const child = spawn(bwrap, [...sandbox, "--", sshd, ...server, ...where], {
        stdio: ["ignore", "ignore", "pipe"],
        env: {},
      });
      running.set(machine.id, child);
      await untilListening(child);
    },
    halt,
    async remove(machine) {
      await halt(machine);
      rmSync(machineDirectory(directory, machine.id), { recursive: true, force: true });
    },
    async removeVolume(volumeId) {
      rmSync(volumeDirectory(directory, volumeId), { recursive: true, force: true });
    },
    exec(machine, request) {
      const files = layOut(directory, machine, { freshRoot: false });
      const sandbox = sandboxArguments(files, {
        fullVolume: false,
        hostname: machine.id,
        programs,
      });
      return execIn(bwrap, [...sandbox, "--", ...request.command], request);
    },
    async dropConnections({ id }) {
      const pid = running.get(id)?.pid;
      for (const session of pid === undefined ? [] : sessionsBelow(pid)) end(session);
    },
  };
}

/** One of the two million loopback addresses from 127.64.0.1 on. */
function addressOf(machineId: string): string {
  const bytes = [0, 2, 4].map((at) => Number.parseInt(machineId.slice(at, at + 2), 16));
  const [first = 0, second = 0, third = 0] = bytes;
  return `127.${String(64 + (first % 64))}.${String(second)}.${String(1 + (third % 254))}`;
}

/** Resolves once the server takes connections. Throws with its words when it ends before. */
async function untilListening(child: ChildProcess): Promise<void> {
  const { stderr } = child;
  if (stderr === null) throw new Error("Cannot boot: the SSH server has no output");
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: stderr }).on("line", (line) => {
      // What it says later is read and forgotten, so that it never waits for a reader.
      if (said.length < 50) said.push(line);
      if (line.startsWith("Server listening")) resolve();
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Cannot boot: ${said.join(" ")}`)));
  });
}

const run = promisify(execFile);

async function execIn(bwrap: string, argv: string[], request: ExecRequest): Promise<ExecResult> {
  const work = run(bwrap, argv, { timeout: request.timeoutMs, env: {} });
  work.child.stdin?.end(request.stdin);
  try {
    return { exitCode: 0, ...(await work) };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as Failed;
    return { exitCode: typeof code === "number" ? code : 1, stdout, stderr };
  }
}
/** What `execFile` rejects with. */
type Failed = { code?: unknown; stdout?: string; stderr?: string };

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (systemCodeOf(error) !== "ESRCH") throw error;
  }
}
