import { constants } from "node:fs";
import { access, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { causesOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { contained, uncontained, type LocalIsolation } from "./isolation.ts";
import { createLocalProvider } from "./local-provider.ts";
import { removeTree } from "./remove-tree.ts";

export type DetectOptions = {
  clock: Clock;
  /** Where to look for bubblewrap and nsenter; the usual directories when absent. */
  path?: string;
};

const usualPath = "/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin";
const withinMs = 15_000;

/** Finds out, by trying, whether this machine can contain its thopters. */
export async function detectIsolation({
  clock,
  path = usualPath,
}: DetectOptions): Promise<LocalIsolation> {
  if (process.platform !== "linux") return uncontained("bubblewrap runs on Linux only");
  const bwrap = await findProgram("bwrap", path);
  if (bwrap === undefined) {
    return uncontained("bubblewrap is not installed (the package bubblewrap)");
  }
  const nsenter = await findProgram("nsenter", path);
  if (nsenter === undefined) {
    return uncontained("nsenter is not installed (the package util-linux)");
  }
  const isolation = contained({ bwrap, nsenter });
  const failure = await tryOut(isolation, clock);
  return failure === undefined ? isolation : uncontained(reasonIn(failure));
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(":").filter((part) => part.startsWith("/"))) {
    const candidate = join(directory, name);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}

// In the sandbox nothing of the hub may show, and its first process may not be looked into.
const trial = `
if [ -e "$1" ]; then echo "the sandbox shows files of the hub" >&2; exit 1; fi
if readlink /proc/1/root >/dev/null 2>&1; then echo "the sandbox can be taken over" >&2; exit 1; fi`;

/** Makes a machine as the hub would, and answers with what went wrong. */
async function tryOut(isolation: LocalIsolation, clock: Clock): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "thopter-trial-"));
  const provider = createLocalProvider({ directory, isolation, clock });
  const tags = { hub: "trial", thopter: "trial", operation: "trial" };
  try {
    const signal = AbortSignal.timeout(withinMs);
    const machine = await provider.create({ name: "trial", tags }, signal);
    try {
      const shell = await provider.shell(machine.id, signal);
      const argv = ["sh", "-c", trial, "sh", directory];
      const { exitCode, stderr } = await shell.run(argv, { timeoutMs: withinMs, signal });
      return exitCode === 0 ? undefined : new TextDecoder().decode(stderr).trim();
    } finally {
      await provider.destroy(machine.id, AbortSignal.timeout(withinMs));
    }
  } catch (error) {
    return causesOf(error).join(": ");
  } finally {
    await removeTree(directory, AbortSignal.timeout(withinMs));
  }
}

function reasonIn(failure: string): string {
  if (/unknown option/i.test(failure)) return "bubblewrap is older than 0.8.0 (update it)";
  if (/permission|not permitted|uid map|No space left on device/i.test(failure)) {
    return `this system forbids user namespaces (see kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns and user.max_user_namespaces; in a container its own limits): ${failure}`;
  }
  return `bubblewrap does not work here: ${failure}`;
}
