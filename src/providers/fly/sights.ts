import type { Clock } from "../../core/ports/clock.ts";
import type { FlyMachine } from "./answers.ts";
import type { FlyApi } from "./api.ts";
import { pause } from "../../core/pause.ts";

/** How long Fly may not yet show a machine that was just made, to one who did not make it. */
const lagMs = 3000;
const mostRemembered = 5000;

/** Looks at machines, and does not believe that one is gone which it has never seen: it looks again. */
export type Sights = {
  look(machineId: string, signal: AbortSignal): Promise<FlyMachine | undefined>;
  remember(machineId: string): void;
};

export function createSights({ api, clock }: { api: FlyApi; clock: Clock }): Sights {
  const seen = new Set<string>();

  function remember(machineId: string): void {
    seen.delete(machineId);
    seen.add(machineId);
    const [oldest] = seen;
    if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
  }

  return {
    remember,
    async look(machineId, signal) {
      let machine = await api.getMachine(machineId, signal);
      if (machine === undefined && !seen.has(machineId)) {
        await pause(clock, lagMs, signal);
        machine = await api.getMachine(machineId, signal);
      }
      remember(machineId);
      return machine;
    },
  };
}
