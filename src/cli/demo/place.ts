import { join } from "node:path";
import type { Clock } from "../../core/ports/clock.ts";
import { machinesIn } from "./leftovers.ts";

export const demoProviders = ["local", "fly"] as const;
export type DemoProvider = (typeof demoProviders)[number];

/** Where the demo's machines come from. */
export type Place = {
  /** What makes the hub use it. */
  environment: Readonly<Record<string, string>>;
  /** All that runs on its machines is below this directory. */
  machinesDirectory: string;
  machinesLeft(): Promise<number>;
  close(): Promise<void>;
};

/** Fly is played by its simulator: the demo needs no account, whatever the provider. */
export async function openPlace(
  provider: DemoProvider,
  { clock, directory, dataDirectory }: { clock: Clock; directory: string; dataDirectory: string },
): Promise<Place> {
  if (provider === "fly") return openSimulatedFly(clock, join(directory, "fly"));
  return {
    environment: { THOPTER_PROVIDER: "local" },
    machinesDirectory: join(dataDirectory, "machines"),
    machinesLeft: async () => (await machinesIn(dataDirectory)).length,
    close: () => Promise.resolve(),
  };
}

async function openSimulatedFly(clock: Clock, directory: string): Promise<Place> {
  const { startFlySimulation } = await import("../simulate/fly-simulation.ts");
  const simulation = await startFlySimulation({
    ...{ clock, directory, port: 0, sshPort: 0 },
    ...{ app: "thopter-demo", token: "simulated-token" },
  });
  return {
    environment: simulation.environment,
    machinesDirectory: directory,
    machinesLeft: async () => simulation.machines(),
    close: simulation.close,
  };
}
