import { randomInt } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Clock } from "../../core/ports/clock.ts";
import { UserError } from "../../core/errors.ts";
import { createFlySimulator } from "../../simulators/fly/simulator.ts";
import { createSshdBackend } from "../../simulators/fly/sshd-backend.ts";
import { listenAs } from "./listen.ts";

export type FlySimulationOptions = {
  clock: Clock;
  /** Where the machines and volumes lie. */
  directory: string;
  /** Of the Machines API; 0 lets the system choose. */
  port: number;
  /** Of every machine's SSH server; 0 for any that is free. */
  sshPort: number;
  app: string;
  token: string;
  /** Programs outside /usr that machines have as well, by their paths here. */
  programs?: readonly string[];
};

/** A Fly that runs, with machines that are sandboxes of this machine. */
export type FlySimulation = {
  url: string;
  /** What makes a hub use it. */
  environment: Readonly<Record<string, string>>;
  machines(): number;
  volumes(): number;
  /** Ends all machines. */
  close(): Promise<void>;
};

const needed = { bubblewrap: "/usr/bin/bwrap", "openssh-server": "/usr/sbin/sshd" };
const image = "registry.fly.io/thopter:simulated";

/** Starts it. Throws UserError where this machine has not what the machines are made of. */
export async function startFlySimulation(options: FlySimulationOptions): Promise<FlySimulation> {
  await requirePrograms();
  const { clock, directory, app, token, programs = [] } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const sshPort = options.sshPort === 0 ? await freePort() : options.sshPort;
  const backend = createSshdBackend({ directory: join(directory, "fly"), port: sshPort, programs });
  const simulator = createFlySimulator({
    ...{ clock, backend, tokens: { [token]: "personal" }, apps: { [app]: "personal" } },
    // Two at a time must not choose the same addresses.
    seed: randomInt(2 ** 31),
  });
  const url = await listenAs("Fly", options.port, simulator.listen);
  const { world } = simulator;
  return {
    url,
    environment: {
      THOPTER_PROVIDER: "fly",
      FLY_FLAPS_BASE_URL: url,
      FLY_API_TOKEN: token,
      FLY_APP: app,
      FLY_REGION: "iad",
      FLY_IMAGE: image,
      FLY_SSH_PORT: String(sshPort),
    },
    machines: () =>
      [...world.machines.values()].filter(({ state }) => state !== "destroyed").length,
    volumes: () => world.volumes.size,
    close: () => simulator.close(),
  };
}

async function requirePrograms(): Promise<void> {
  for (const [name, path] of Object.entries(needed)) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    throw new UserError(
      `Cannot simulate Fly: its machines need ${name}, and "${path}" is not there. Install it on Linux with: apt-get install ${name}`,
      { code: "unavailable" },
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
