import { fileURLToPath } from "node:url";
import { announceReady, startInBackground } from "./background.ts";
import { runCli } from "./cli/run-cli.ts";
import { readConfig, readConnection, readEnvironment } from "./config.ts";
import type { Hub } from "./hub.ts";
import { createSystemClock } from "./system-clock.ts";
import { readVersion } from "./version.ts";

/** The root of the package, from `dist/src`. */
const root = fileURLToPath(new URL("../..", import.meta.url));
const program = `${root}bin/thopter`;

/**
 * Runs the `thopter` command until it ends, or stops it on a signal; answers with the exit code.
 * What only some commands need is loaded by them: most are short.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupted = abortOnSignals();
  const clock = createSystemClock();
  return runCli(argv, {
    version: readVersion(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupted,
    connection: readConnection,
    environment: readEnvironment,
    startHub: startAndAnnounce,
    startInBackground: (signal) =>
      startInBackground({ program, dataDirectory: readConnection().dataDirectory }, signal),
    async runProxy(hub) {
      const { runStdioProxy } = await import("../tools/stdio-proxy.ts");
      await runStdioProxy({ ...hub, stdin: process.stdin, stdout: process.stdout });
    },
    async examine() {
      const { examineMachine } = await import("./checks/doctor.ts");
      return examineMachine(interrupted);
    },
    async initChecks() {
      const { createInitChecks } = await import("./checks/init-checks.ts");
      return createInitChecks();
    },
    async effectiveSettings() {
      const { effectiveSettings } = await import("./effective-settings.ts");
      return effectiveSettings();
    },
    async openLocalTemplates() {
      const { createLocalTemplates } = await import("./local-templates.ts");
      return createLocalTemplates(readConnection().dataDirectory);
    },
    demo: { program, node: process.execPath, environment: readEnvironment(), clock },
    simulate: { clock },
  });
}

/** Aborts with the first signal that asks to end; a second one ends the process. */
function abortOnSignals(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    const interrupt = (): void => {
      interrupted.abort();
      // Later, for a library that finds nobody else listening ends the process itself.
      setImmediate(() => process.off(name, interrupt));
    };
    process.on(name, interrupt);
  }
  return interrupted.signal;
}

async function startAndAnnounce(): Promise<Hub> {
  const { startHub } = await import("./hub.ts");
  const hub = await startHub(readConfig());
  announceReady();
  return hub;
}
