import type { Store } from "../../src/core/ports/store.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import type { Cloud } from "./cloud.ts";
import { startFlyHub, type FlyHub } from "./fly-hub.ts";
import type { Act } from "./inside.ts";
import { until } from "./simulated-time.ts";

/** At the nth thing that a hub does outside of itself: a request, a commit, a command. */
export type Death = { at: number; when: "before" | "after" };

/** One process of a hub: once it is dead nothing that it asks has an effect or an answer. */
export type Life = {
  isAlive: boolean;
  died: Promise<undefined>;
  calls: string[];
  act: Act;
  kill(): void;
};

const nothing = new Promise<never>(() => undefined);
const systemClock = createSystemClock();

export function beginLife(death?: Death): Life {
  let die = (): void => undefined;
  const died = new Promise<undefined>((resolve) => (die = () => resolve(undefined)));
  const life: Life = { isAlive: true, died, calls: [], act, kill };

  function kill(): void {
    life.isAlive = false;
    die();
  }

  function end(): Promise<never> {
    kill();
    return nothing;
  }

  async function act<T>(call: string, effect: () => T | Promise<T>): Promise<T> {
    if (!life.isAlive) return nothing;
    const isLast = life.calls.push(call) === death?.at;
    if (isLast && death?.when === "before") return end();
    const settled = await Promise.allSettled([(async () => effect())()]);
    if (isLast || !life.isAlive) return end();
    const [outcome] = settled;
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  return life;
}

export type Process = { hub: FlyHub; life: Life };

/** A process that runs; one that dies while it starts is followed by the next. */
export async function startProcess(
  cloud: Cloud,
  store: Store,
  life = beginLife(),
): Promise<Process> {
  const clock = {
    now: systemClock.now,
    after: (ms: number, run: () => void) => systemClock.after(ms, () => life.isAlive && run()),
  };
  const starting = startFlyHub({ cloud, store, clock, act: life.act });
  const hub = await until(Promise.race([starting, life.died]));
  return hub === undefined ? startProcess(cloud, store) : { hub, life };
}
