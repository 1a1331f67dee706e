import { expect } from "vitest";
import { ProviderError } from "../../src/core/errors.ts";
import type { StepLimits, StepPorts } from "../../src/steps/ports.ts";
import { createSteps } from "../../src/steps/steps.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import type { Hub } from "./hub.ts";
import { startHub } from "./hub.ts";
import type { Around, World } from "./world.ts";
import { createWorld, hang, portsInto } from "./world.ts";

const limits: Partial<StepLimits> = {
  shellPauseMs: 1,
  gonePauseMs: 1,
  goneMs: 50,
  agentStopMs: 50,
  machineStopMs: 50,
  pushMs: 50,
  rescueMs: 200,
  reachMs: 200,
  unsavedMs: 100,
};

export const transient = () => new ProviderError("the line is bad", { kind: "transient" });
export const permanent = () => new ProviderError("the disk is full", { kind: "permanent" });

type Options = { graceMs?: number; ports?: Partial<StepPorts> };

export type BentHub = {
  world: World;
  hub: Hub;
  /** Bends all calls from now on; undefined ends that. */
  fault(around: Around | undefined): void;
};

/** A hub over a scripted world whose calls a test may bend. */
export async function setting(options: Options = {}): Promise<BentHub> {
  const world = createWorld();
  let bent: Around | undefined;
  const ports = portsInto(world, async (call, effect, signal) =>
    bent === undefined ? effect() : bent(call, effect, signal),
  );
  const steps = createSteps({ ...ports, ...options.ports }, limits);
  const hub = await startHub({ store: createMemoryStore(), steps }, options);
  return {
    world,
    hub,
    fault(around) {
      bent = around;
    },
  };
}

/** The same with a thopter that is ready. */
export async function ready(options: Options = {}): Promise<BentHub & { thopterId: string }> {
  const made = await setting(options);
  const { id, thopterId } = await made.hub.provision();
  expect(await made.hub.ended(id)).toMatchObject({ status: "succeeded" });
  return { ...made, thopterId };
}

/** Fails a call by its name: as often as told, before or after its effect. */
export function failing(
  name: string,
  make: () => Error,
  { times = Infinity, after = false }: { times?: number; after?: boolean } = {},
): Around {
  let left = times;
  return async (call, effect) => {
    if (call !== name || left <= 0) return effect();
    left -= 1;
    if (after) effect();
    throw make();
  };
}

/** Lets calls by their names hang, until their signal aborts or for good. */
export function hanging(names: readonly string[], { heeds }: { heeds: boolean }): Around {
  return async (call, effect, signal) =>
    names.includes(call) ? hang(heeds ? signal : undefined) : effect();
}
