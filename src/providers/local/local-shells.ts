import { ProviderError } from "../../core/errors.ts";
import type { MachinePlaces } from "../../core/ports/provider.ts";
import type { Shell } from "../../core/ports/shell.ts";
import { createLocalShell } from "../../shell/local.ts";
import type { SandboxTools } from "./isolation.ts";
import type { MachinePaths } from "./machine-files.ts";
import { markOf } from "./marked-processes.ts";
import { identify, type DirectoryIdentity } from "./processes.ts";
import { endLeftCommands } from "./left-commands.ts";
import { findKeeper, startKeeper, type Keeping } from "./sandbox-keeper.ts";
import { withRepository } from "./repository-visibility.ts";
import { enterSandbox } from "./sandbox-wrap.ts";
import type { Visibility } from "./visible-system.ts";

export type LocalShellsOptions = {
  /** Absent without isolation. */
  tools: SandboxTools | undefined;
  visibility: Visibility;
  path: string;
  timeZone: string | undefined;
};

export type ShellPlace = {
  machineId: string;
  paths: MachinePaths;
  places: MachinePlaces;
  /** The git directory that this machine's sandbox sees, read-only, beyond what every one sees. */
  gitDirectory: string | undefined;
};

/** The shells that this process has open on local machines. */
export type LocalShells = {
  /** Starts the machine's sandbox when none runs. */
  open(place: ShellPlace, signal: AbortSignal): Promise<Shell>;
  /** Closes all shells of one machine. */
  close(machineId: string): Promise<void>;
};

export function createLocalShells(options: LocalShellsOptions): LocalShells {
  const opened = new Map<string, Set<Shell>>();
  const entered = new Set<number>();

  async function openShell(place: ShellPlace, signal: AbortSignal): Promise<Shell> {
    const { machineId, paths, places, gitDirectory } = place;
    const env = environment(options, places);
    const { tools } = options;
    if (tools === undefined) {
      return createLocalShell({ env: { ...env, ...markOf(paths.home) }, cwd: places.home });
    }
    const home = await identify(paths.home);
    if (home === undefined) throw homeless(machineId, paths.home);
    const visibility =
      gitDirectory === undefined
        ? options.visibility
        : withRepository(options.visibility, gitDirectory, paths);
    const keeper = await enter({ home, keeping: { tools, paths, visibility } }, signal);
    const wrap = enterSandbox({ machineId, tools, keeper, home });
    return createLocalShell({ env, cwd: places.home, wrap });
  }

  async function enter({ home, keeping }: Entering, signal: AbortSignal): Promise<number> {
    const found = await findKeeper(home);
    if (found !== undefined && !entered.has(found)) await endLeftCommands(home, signal);
    const keeper = found ?? (await startKeeper(keeping, home, signal));
    entered.add(keeper);
    return keeper;
  }

  return {
    async open(place, signal) {
      const shell = await openShell(place, signal);
      const siblings = opened.get(place.machineId) ?? new Set();
      opened.set(place.machineId, siblings.add(shell));
      return {
        ...shell,
        async close() {
          siblings.delete(shell);
          await shell.close();
        },
      };
    },
    async close(machineId) {
      const shells = [...(opened.get(machineId) ?? [])];
      opened.delete(machineId);
      await Promise.all(shells.map((shell) => shell.close()));
    },
  };
}

type Entering = { home: DirectoryIdentity; keeping: Keeping };

function environment(
  { tools, path, timeZone }: LocalShellsOptions,
  { home }: MachinePlaces,
): Record<string, string> {
  return {
    PATH: path,
    HOME: home,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    SHELL: "/bin/bash",
    ...(tools === undefined ? {} : { USER: "thopter", LOGNAME: "thopter" }),
    ...(timeZone === undefined ? {} : { TZ: timeZone }),
  };
}

function homeless(machineId: string, home: string): ProviderError {
  return new ProviderError(
    `Cannot open a shell on machine "${machineId}": its home "${home}" is gone. Destroy the machine.`,
    { kind: "permanent" },
  );
}
