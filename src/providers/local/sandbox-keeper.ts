import { spawn, type ChildProcessByStdio } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { ProviderError } from "../../core/errors.ts";
import type { SandboxTools } from "./isolation.ts";
import { homeInside, readProcess, sandboxed, type DirectoryIdentity } from "./processes.ts";
import type { MachinePaths } from "./machine-files.ts";
import { kernelArguments, systemArguments, type Visibility } from "./visible-system.ts";

/** Where a sandbox shows its machine's run-time files; short, for a socket's path has 107 bytes. */
export const runInside = "/run/thopter";

export type Keeping = {
  paths: MachinePaths;
  tools: SandboxTools;
  visibility: Visibility;
};

const startWithinMs = 10_000;
const lookEveryMs = 5;

/** The arguments by which a sandbox of this home is known before it has mounted anything. */
export function launchMark(home: string): string[] {
  return ["--bind", home, homeInside];
}

/**
 * Starts the keeper of a sandbox and answers with its process id: the first process of the machine's
 * PID namespace, which does nothing but hold the namespaces. When it ends, all in them end. It
 * outlives the hub.
 */
export async function startKeeper(
  keeping: Keeping,
  home: DirectoryIdentity,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(keeping.tools.bwrap, keeperArguments(keeping), {
    cwd: "/",
    env: {},
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const failure = watchFailure(child);
  try {
    return await appearance(home, failure, signal);
  } finally {
    child.stderr.destroy();
    child.unref();
  }
}

/** The process id of the keeper of the sandbox that has this home, if one runs. */
export async function findKeeper(home: DirectoryIdentity): Promise<number | undefined> {
  for (const pid of await sandboxed(home)) {
    if (isKeeper(await readProcess(pid, "status"))) return pid;
  }
  return undefined;
}

async function appearance(
  home: DirectoryIdentity,
  failure: () => string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const until = performance.now() + startWithinMs;
  for (;;) {
    signal.throwIfAborted();
    const reason = failure();
    if (reason !== undefined) throw notStarted(reason);
    const keeper = await findKeeper(home);
    if (keeper !== undefined) return keeper;
    if (performance.now() > until) throw notStarted(`it took longer than ${startWithinMs} ms`);
    await wait(lookEveryMs);
  }
}

function notStarted(reason: string): ProviderError {
  return new ProviderError(`Cannot start a sandbox: ${reason}`, { kind: "transient" });
}

function watchFailure(child: ChildProcessByStdio<null, null, Readable>): () => string | undefined {
  let words = "";
  let failure: string | undefined;
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (words += chunk));
  child.once("error", (error) => (failure = error.message));
  child.once("close", () => (failure ??= words.trim() === "" ? "it ended at once" : words.trim()));
  return () => failure;
}

// It is the first of a PID namespace, and it ignores the end of children: set right before the
// program that waits for ever, so all is mounted by then.
function isKeeper(status: string): boolean {
  const [, namespaced = ""] = /^NSpid:\t(.*)$/m.exec(status) ?? [];
  const [, ignored = "0"] = /^SigIgn:\t(.*)$/m.exec(status) ?? [];
  const pids = namespaced.split("\t");
  const ignoresChildren = (BigInt(`0x${ignored}`) >> BigInt(constants.signals.SIGCHLD - 1)) & 1n;
  return pids.length > 1 && pids.at(-1) === "1" && ignoresChildren === 1n;
}

function keeperArguments({ paths, visibility }: Keeping): string[] {
  const directories = ["/etc", "/home", "/run", "/var"];
  return [
    ...["--unshare-user", "--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--new-session"],
    ...["--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts", "--hostname", "thopter"],
    ...["--proc", "/proc", ...kernelArguments()],
    ...["--dev", "/dev", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
    ...["--perms", "1777", "--tmpfs", "/tmp"],
    ...directories.flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...["--symlink", "../tmp", "/var/tmp", "--symlink", "../run", "/var/run"],
    ...systemArguments(visibility),
    ...["--ro-bind", `${paths.etc}/passwd`, "/etc/passwd"],
    ...["--ro-bind", `${paths.etc}/group`, "/etc/group"],
    ...[...launchMark(paths.home), "--bind", paths.run, runInside],
    // Who could rename what lies above the home could hide the sandbox from its keeper's search.
    ...["--remount-ro", "/"],
    // Orphans of a machine come to its first process; ignored, they leave no zombies.
    ...["--", "env", "--ignore-signal=CHLD", "sleep", "infinity"],
  ];
}
