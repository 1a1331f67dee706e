import { readVariables, type Config } from "../config.ts";
import { isSimulated } from "../config/fly-settings.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Isolation, Provider } from "../core/ports/provider.ts";
import { createFlyApi, type FlyApi } from "../providers/fly/api.ts";
import { createFlyProvider } from "../providers/fly/fly-provider.ts";
import { createFlyHttp } from "../providers/fly/http.ts";
import { volumePath, type FlyMachineOptions } from "../providers/fly/machine-config.ts";
import { createFlySsh } from "../providers/fly/ssh-access.ts";
import { findGitDirectory } from "../providers/local/git-directory.ts";

/** The Machines API of a configuration; undefined where it names none. One for the whole hub: it keeps Fly's limits. */
export function createConfiguredFlyApi(config: Config, clock: Clock): FlyApi | undefined {
  const { FLY_API_TOKEN: token, FLY_APP: app, FLY_FLAPS_BASE_URL: baseUrl } = config;
  if (token === undefined || app === undefined) return undefined;
  return createFlyApi(createFlyHttp({ baseUrl, token, clock }), app);
}

export type FlyParts = { api: FlyApi; clock: Clock; hub: string; sshSecret: Uint8Array };

/** Machines at Fly as the configuration wants them; also where it wants new ones elsewhere and old ones stand. */
export function createConfiguredFlyProvider(config: Config, parts: FlyParts): Provider {
  const { api, clock, hub, sshSecret: secret } = parts;
  const sizeGb = config.FLY_VOLUME_SIZE_GB;
  const home = sizeGb > 0 ? `${volumePath}/home` : "/home/thopter";
  const places = { home, run: "/run/thopter" };
  const reach = {
    ...{ kind: config.FLY_REACH, app: config.FLY_APP ?? "", sshPort: config.FLY_SSH_PORT },
    address: config.FLY_ADDRESS,
  };
  const ssh = createFlySsh({ secret, hub, clock, reach, places });
  return createFlyProvider({
    ...{ api, clock, hub, places, openShell: ssh.openShell },
    agentEnvironment: readVariables(config),
    regions: config.FLY_REGION,
    machine: { ...ssh.machine, ...machineOf(config) },
    ...(sizeGb > 0 ? { volumes: { sizeGb, spare: config.FLY_VOLUME_SPARES } } : {}),
    ...(isSimulated(config) ? { isolation: simulated } : {}),
    gitDirectory: (path) => findGitDirectory(path, [config.THOPTER_DATA_DIR]),
  });
}

const simulated: Isolation = {
  contained: true,
  words:
    "A simulator plays Fly: each thopter is a sandbox of this machine with its own home and processes. The network is this machine's own.",
};

/** Below this a coding agent runs out of memory. */
const leastMemoryMb = 2048;
/** What Fly gives for each CPU, by its kind. */
const memoryMbPerCpu: Record<string, number> = { shared: 256, performance: 2048 };

function machineOf(config: Config): Pick<FlyMachineOptions, "image" | "guest" | "swapMb"> {
  const { kind, cpus } = config.FLY_VM_SIZE;
  const usualMb = Math.max(leastMemoryMb, cpus * (memoryMbPerCpu[kind] ?? 0));
  const swapMb = config.FLY_SWAP_MB;
  return {
    // Where machines come from Fly the configuration has one.
    image: config.FLY_IMAGE ?? "",
    guest: { cpu_kind: kind, cpus, memory_mb: config.FLY_VM_MEMORY_MB ?? usualMb },
    ...(swapMb === undefined ? {} : { swapMb }),
  };
}
