import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ProviderError } from "../../src/core/errors.ts";
import type { RunOptions, RunResult, Shell } from "../../src/core/ports/shell.ts";
import { createSshShell, type SshShellOptions } from "../../src/shell/ssh.ts";
import type { SshReach } from "../../src/shell/ssh-reach.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import type { Sshd } from "./sshd.ts";

export function tcp(port: number, host = "127.0.0.1"): SshReach {
  return { kind: "tcp", host, port };
}

export const limit = { timeoutMs: 15_000 };

export type OpenShell = { shell: Shell; directory: string };

/** A shell at this server in an empty directory; closed when the running test ends. */
export function openShell(server: Sshd, options: Partial<SshShellOptions> = {}): OpenShell {
  const { port, username, privateKey, hostKey } = server;
  const directory = realpathSync(temporaryDirectory());
  const shell = createSshShell({
    reach: tcp(port),
    ...{ username, privateKey, hostKey },
    env: { LANG: "C.UTF-8" },
    cwd: directory,
    clock: createSystemClock(),
    ...options,
  });
  onTestFinished(() => shell.close());
  return { shell, directory };
}

export function sh(shell: Shell, script: string, options: RunOptions = limit): Promise<RunResult> {
  return shell.run(["sh", "-c", script], options);
}

/** Runs a script that says something when it is on its way, and resolves then. */
export async function startScript(
  shell: Shell,
  script: string,
  options: Partial<RunOptions> = {},
): Promise<{ ended: Promise<RunResult> }> {
  let tell: () => void = () => undefined;
  const said = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const ended = sh(shell, script, { ...limit, ...options, onOutput: () => tell() });
  await Promise.race([said, ended.catch(() => undefined)]);
  return { ended };
}

export async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => "it did not fail",
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error("Another end", { cause: error });
  return error;
}

/** Whether a process on the machine, which is this one, holds the file "lock". */
export function isLocked(directory: string): boolean {
  return spawnSync("flock", ["-n", join(directory, "lock"), "true"]).status !== 0;
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
