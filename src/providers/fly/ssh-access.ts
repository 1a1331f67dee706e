import type { Clock } from "../../core/ports/clock.ts";
import type { MachinePlaces } from "../../core/ports/provider.ts";
import type { Shell } from "../../core/ports/shell.ts";
import { createSshShell } from "../../shell/ssh.ts";
import type { FlyTarget } from "./fly-provider.ts";
import { deriveHostKey, deriveLoginKey } from "./host-key.ts";
import type { FlyMachineOptions } from "./machine-config.ts";
import { servicesOf, sshReachOf, type FlyReach } from "./reach.ts";
import { createSshFiles } from "./ssh-files.ts";

/** The user of the image that agents run as. */
const username = "thopter";

export type FlySshOptions = {
  /** All keys are derived from it. */
  secret: Uint8Array;
  hub: string;
  clock: Clock;
  reach: FlyReach;
  places: MachinePlaces;
};

/** The way into a hub's machines: what is put on them before they boot, and how a shell is opened. */
export type FlySsh = {
  machine: Pick<FlyMachineOptions, "files" | "services" | "env">;
  openShell(target: FlyTarget): Promise<Shell>;
};

export function createFlySsh(options: FlySshOptions): FlySsh {
  const { secret, hub, clock, reach, places } = options;
  const login = deriveLoginKey(secret, hub);
  const services = servicesOf(reach);
  return {
    machine: {
      files: createSshFiles({ secret, authorizedKey: login.publicLine }),
      env: { THOPTER_SSH_PORT: String(reach.sshPort) },
      ...(services === undefined ? {} : { services }),
    },
    async openShell(target) {
      return createSshShell({
        ...{ username, clock, privateKey: login.privateFile },
        reach: sshReachOf(reach, target),
        hostKey: deriveHostKey(secret, target.tags).publicLine,
        env: { HOME: places.home, LANG: "C.UTF-8", TERM: "xterm-256color" },
        cwd: places.home,
      });
    },
  };
}
