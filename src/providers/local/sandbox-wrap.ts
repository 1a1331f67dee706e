import { ProviderError } from "../../core/errors.ts";
import type { Wrap } from "../../shell/local.ts";
import type { SandboxTools } from "./isolation.ts";
import { livesIn, type DirectoryIdentity } from "./processes.ts";

export type Entrance = {
  machineId: string;
  tools: SandboxTools;
  keeper: number;
  home: DirectoryIdentity;
};

/** The arguments by which a command of a hub is known among the processes of a sandbox. */
export const commandMark = ["--unshare-user", "--uid", "1000", "--gid", "1000"];

/**
 * Puts in front of a command what enters a running sandbox. There the command gets a user namespace
 * of its own: it shares processes and files with the rest of the machine, but no process of the
 * machine can read its environment or take it over, and none can take over the keeper.
 */
export function enterSandbox({ machineId, tools, keeper, home }: Entrance): Wrap {
  return (argv, { cwd, env }) => {
    refuseLoaderVariables(argv, env);
    if (!livesIn(home, keeper)) {
      throw new ProviderError(
        `Cannot run "${argv[0] ?? ""}" on machine "${machineId}": its sandbox has ended. Ask for a new shell.`,
        { kind: "transient" },
      );
    }
    return [
      ...[tools.nsenter, "--target", String(keeper), "--user", "--mount", "--pid", "--ipc"],
      ...["--uts", "--preserve-credentials", "--"],
      ...[tools.bwrap, ...commandMark, "--disable-userns"],
      ...["--unshare-cgroup-try", "--cap-drop", "ALL", "--dev-bind", "/", "/"],
      // Not when the sandbox is made: `--disable-userns` has to write there first.
      ...["--ro-bind", "/proc/sys", "/proc/sys", "--chdir", cwd, "--", ...argv],
    ];
  };
}

// nsenter and bwrap inherit the command's environment while they are still outside.
function refuseLoaderVariables(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): void {
  const name = Object.keys(env).find((key) => key.startsWith("LD_") || key === "GLIBC_TUNABLES");
  if (name === undefined) return;
  throw new ProviderError(
    `Cannot run "${argv[0] ?? ""}": "${name}" in its environment would reach outside of the sandbox. Set it with "env" in front of the command instead.`,
    { kind: "permanent" },
  );
}
