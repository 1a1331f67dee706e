import { UserError } from "../core/errors.ts";
import type { KeptRepository } from "../core/ports/repositories.ts";
import type { Shell } from "../core/ports/shell.ts";
import type { Step } from "../core/ports/step.ts";
import type { Thopter } from "../core/thopter.ts";
import { longestSetupMs } from "../core/repository.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { environmentOf } from "./environment.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { writeRemoteFile } from "./remote-file.ts";
import type { MachineSession } from "./session.ts";
import { ownDirectoryOf } from "./session.ts";
import { readSetupScript, setupScriptPath } from "./setup-script.ts";

type Ports = Pick<StepPorts, "clock" | "sessions" | "allowsSetup" | "keptFor">;

/** Runs the repository's own setup script, whoever wrote it: before any login or token is there. */
export function createRunSetupScriptStep(ports: Ports, limits: Pick<StepLimits, "setupMs">): Step {
  return {
    name: "run-setup-script",
    kind: "provision",
    lane: "setup",
    after: [],
    timeoutMs: longestSetupMs + 2 * 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      const { baseCommit } = record;
      const kept = await ports.keptFor(record.repository);
      if (!mayRun(ports, record, kept) || baseCommit === undefined) {
        return { skipped: true, note: notAllowed(record) };
      }
      const { setupOff, setupTimeoutMs } = record.repositoryConfig ?? {};
      if (setupOff === true)
        return { skipped: true, note: "the repository's configuration turns it off" };
      const setupMs = Math.min(timeOf(kept, limits), setupTimeoutMs ?? Infinity);
      return ports.sessions.use(record, signal, async (session) => {
        const script = await readSetupScript(session, baseCommit, signal);
        if (script === undefined) return { skipped: true, note: "there is no setup script" };
        progress("running the setup script");
        await runScript({ ports, setupMs, session, record }, script, signal);
        return {};
      });
    },
  };
}

function mayRun(
  { allowsSetup }: Pick<StepPorts, "allowsSetup">,
  { repository, setupTrustedBy }: Thopter,
  { trusted }: KeptRepository,
): boolean {
  return trusted || setupTrustedBy !== undefined || allowsSetup(repository);
}

function notAllowed({ repository }: Thopter): string {
  return `setup scripts of this repository are not allowed. An admin allows them with: thopter repository trust ${repository} - or once with: thopter provision --trust-setup`;
}

/** How long the script may take, in milliseconds. */
function timeOf({ setupTimeoutMs }: KeptRepository, limits: Pick<StepLimits, "setupMs">): number {
  return Math.min(setupTimeoutMs ?? limits.setupMs, longestSetupMs);
}

type Setup = {
  ports: Pick<StepPorts, "clock">;
  setupMs: number;
  session: MachineSession;
  record: Thopter;
};

async function runScript(setup: Setup, script: Uint8Array, signal: AbortSignal): Promise<void> {
  const { session, record } = setup;
  const path = `${ownDirectoryOf(session.places)}/setup`;
  const log = `${session.places.run}/setup.log`;
  await writeRemoteFile(session.shell, { path, content: script, mode: "700" }, signal);
  const exitCode = await runFor(setup, { path, log }, signal);
  const words = await trimLog(session.shell, log, signal);
  if (exitCode === 0) return;
  const how =
    exitCode === undefined
      ? `took longer than ${Math.ceil(setup.setupMs / 1000)} s`
      : `ended with exit code ${exitCode}`;
  const said = untrustedText(words, { maxLength: 1500, keep: "end" });
  throw new UserError(
    `Cannot set up "${record.name}": its setup script ${how}. Mend "${setupScriptPath}" on the base branch, then provision again.`,
    { cause: new Error(`its last words were:\n${said.trim()}`) },
  );
}

// Its output goes to a file at once, so that what it leaves running holds nothing up.
const run = `mkdir -p -- "$(dirname -- "$2")" && exec > "$2" 2>&1 < /dev/null && "$1"`;

/** Its exit code; undefined when its time was up. */
async function runFor(
  { ports, setupMs, session, record }: Setup,
  { path, log }: { path: string; log: string },
  signal: AbortSignal,
): Promise<number | undefined> {
  const begun = ports.clock.now();
  try {
    const { exitCode } = await session.shell.run(["sh", "-c", run, "sh", path, log], {
      cwd: session.repositoryPath,
      env: environmentOf(record, session.places),
      timeoutMs: setupMs,
      signal,
    });
    return exitCode;
  } catch (error) {
    signal.throwIfAborted();
    if (ports.clock.now() - begun < setupMs) throw error;
    return undefined;
  }
}

// All but the last megabyte goes. What still writes to the log writes to the old file.
const trim = `if [ "$(wc -c < "$1")" -gt 1048576 ]; then
  tail -c 1048576 "$1" > "$1.last" && mv -f -- "$1.last" "$1"
fi
tail -c 3000 "$1"`;

async function trimLog(shell: Shell, log: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await shell.run(["sh", "-c", trim, "sh", log], { timeoutMs: 30_000, signal });
  return new TextDecoder().decode(stdout);
}
