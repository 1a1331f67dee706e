import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { FlyRules } from "../../src/simulators/fly/rules.ts";
import { createFlySimulator, type FlySimulator } from "../../src/simulators/fly/simulator.ts";
import { createSshdBackend } from "../../src/simulators/fly/sshd-backend.ts";
import type { SimMachine } from "../../src/simulators/fly/world.ts";
import { createFastClock } from "../fast-clock.ts";
import { freePort } from "../shell/sshd.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const realToken = "a-fly-token-of-no-known-shape-77c1";

export type RealCloud = {
  simulator: FlySimulator;
  /** What makes a hub use it. */
  environment: Record<string, string>;
  made(): SimMachine[];
  standing(): SimMachine[];
};

/** Fly over a real connection, with machines that are real, in time that runs a little faster. */
export async function startRealCloud(rules: Partial<FlyRules> = {}): Promise<RealCloud> {
  const directory = temporaryDirectory();
  const port = await freePort();
  const simulator = createFlySimulator({
    ...{ clock: createFastClock(5), tokens: { [realToken]: "team" }, apps: { fleet: "team" } },
    backend: createSshdBackend({ directory: join(directory, "fly"), port }),
    rules,
  });
  onTestFinished(() => simulator.close());
  const url = await simulator.listen(0);
  const made = (): SimMachine[] => [...simulator.world.machines.values()];
  return {
    ...{ simulator, made },
    standing: () => made().filter(({ state }) => state !== "destroyed"),
    environment: {
      THOPTER_PROVIDER: "fly",
      FLY_FLAPS_BASE_URL: url,
      FLY_API_TOKEN: realToken,
      ...{ FLY_APP: "fleet", FLY_REGION: "iad", FLY_IMAGE: "agent:1", FLY_VOLUME_SPARES: "1" },
      ...{ FLY_VOLUME_SIZE_GB: "1", FLY_SSH_PORT: String(port) },
    },
  };
}
