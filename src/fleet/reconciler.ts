import type { Machine, Provider } from "../core/ports/provider.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";

/** How often what a lost create left behind is looked for, while a tombstone stands. Milliseconds. */
const tombstoneEveryMs = 15_000;
const callMs = 60_000;

/** Compares what the providers have with what is on record. It destroys only what a tombstone names. */
export type Reconciler = {
  /** Looks at every provider once, takes up standing tombstones, and watches for new ones. */
  start(): Promise<void>;
  unknownMachines(): { provider: string; machineId: string; name: string }[];
  stop(): void;
};

export function createReconciler(
  {
    providers,
    engine,
    store,
    clock,
    report,
  }: Pick<FleetPorts, "providers" | "engine" | "store" | "clock" | "report">,
  { hubId }: Pick<FleetOptions, "hubId">,
): Reconciler {
  let unknown: ReturnType<Reconciler["unknownMachines"]> = [];
  let cancelTimer: (() => void) | undefined;
  let stopWatching: (() => void) | undefined;
  let stopped = false;

  /** Machines that no thopter accounts for: reported, never touched. */
  async function findUnknown(): Promise<void> {
    const known = new Set((await engine.thopters()).map(({ id }) => id));
    const buried = new Set((await store.list("tombstone")).map(({ thopterId }) => thopterId));
    const found = await Promise.all(Object.values(providers).map(listMachines));
    unknown = found
      .flat()
      .flatMap(({ provider, machine }) =>
        known.has(machine.tags.thopter) || buried.has(machine.tags.thopter)
          ? []
          : [{ provider: provider.name, machineId: machine.id, name: machine.name }],
      );
  }

  async function listMachines(
    provider: Provider,
  ): Promise<{ provider: Provider; machine: Machine }[]> {
    const machines = await provider.list(hubId, AbortSignal.timeout(callMs));
    return machines.map((machine) => ({ provider, machine }));
  }

  /** Destroys what has appeared with a tombstone's tag, and lets tombstones go that have stood their time. */
  async function sweepTombstones(): Promise<void> {
    const tombstones = await store.list("tombstone");
    for (const { id, provider: name, thopterId, until } of tombstones) {
      const provider = providers[name];
      const appeared = provider === undefined ? [] : await listMachines(provider);
      for (const { machine } of appeared) {
        if (machine.tags.thopter === thopterId)
          await provider?.destroy(machine.id, AbortSignal.timeout(callMs));
      }
      if (until < clock.now()) await store.purge("tombstone", [id]);
    }
    if ((await store.list("tombstone")).length > 0) sweepLater();
  }

  function sweepLater(): void {
    if (cancelTimer !== undefined || stopped) return;
    cancelTimer = clock.after(tombstoneEveryMs, () => {
      cancelTimer = undefined;
      sweepTombstones().catch((error: unknown) => {
        report(error, "looking for machines that a lost create left behind");
        sweepLater();
      });
    });
  }

  return {
    async start() {
      stopWatching = store.watch((writes) => {
        if (writes.some(({ kind }) => kind === "tombstone")) sweepLater();
      });
      await findUnknown();
      await sweepTombstones();
    },
    unknownMachines: () => unknown,
    stop() {
      stopped = true;
      stopWatching?.();
      cancelTimer?.();
    },
  };
}
