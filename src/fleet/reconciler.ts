import type { Caller } from "../core/actor.ts";
import type { Machine, Provider } from "../core/ports/provider.ts";
import type { Tombstone } from "../core/tombstone.ts";
import { auditWrite } from "./audit.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";

/** How often what a lost create left behind is looked for, while a tombstone stands. Milliseconds. */
const tombstoneEveryMs = 15_000;
const callMs = 60_000;
/** How long a hub that starts waits for what its providers have; it is told later otherwise. */
const firstLookMs = 10_000;
/** How long after a provider did not answer it is asked again what it has. Milliseconds. */
const askAgainMs = 60_000;
const system: Pick<Caller, "actor" | "front"> = {
  actor: { kind: "system", name: "reconciler" },
  front: "system",
};

/** Compares what the providers have with what is on record. It destroys only what a tombstone names. */
export type Reconciler = {
  /** Looks at every provider once, takes up standing tombstones, and watches for new ones. */
  start(): Promise<void>;
  unknownMachines(): { provider: string; machineId: string; name: string }[];
  stop(): void;
};

export function createReconciler(
  ports: Pick<FleetPorts, "providers" | "engine" | "store" | "clock" | "newId" | "report">,
  { hubId }: Pick<FleetOptions, "hubId">,
): Reconciler {
  const { providers, engine, store, clock, report } = ports;
  let unknown: ReturnType<Reconciler["unknownMachines"]> = [];
  const timers = new Set<() => void>();
  let isSweeping = false;
  let stopWatching: (() => void) | undefined;
  let stopped = false;

  /** Machines that no thopter accounts for: reported, never touched. */
  async function findUnknown(provider: Provider): Promise<void> {
    // Before and after: one may come or go while the provider is asked.
    const before = await accounted();
    const machines = await listMachines(provider);
    const known = new Set([...before, ...(await accounted())]);
    const found = machines
      .filter(({ tags }) => !known.has(tags.thopter))
      .map(({ id, name }) => ({ provider: provider.name, machineId: id, name }));
    unknown = [...unknown.filter((one) => one.provider !== provider.name), ...found];
  }

  /** A provider that does not answer keeps nobody from working: it is asked again later. */
  async function tryFindUnknown(provider: Provider): Promise<void> {
    try {
      await findUnknown(provider);
    } catch (error) {
      report(error, `asking ${provider.name} for its machines`);
      if (!stopped) later(askAgainMs, () => tryFindUnknown(provider));
    }
  }

  /** The thopters that a machine may belong to. */
  async function accounted(): Promise<string[]> {
    const thopters = await engine.thopters();
    const tombstones = await store.list("tombstone");
    return [...thopters.map(({ id }) => id), ...tombstones.map(({ thopterId }) => thopterId)];
  }

  function listMachines(provider: Provider): Promise<Machine[]> {
    return provider.list(hubId, AbortSignal.timeout(callMs));
  }

  function later(ms: number, run: () => Promise<void>): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run().catch((error: unknown) => report(error, "comparing machines with what is on record"));
    });
    timers.add(cancel);
  }

  /** Destroys what has appeared with a tombstone's tag, and lets tombstones go that have stood their time. */
  async function sweepTombstones(): Promise<void> {
    const standing = await store.list("tombstone");
    for (const name of new Set(standing.map(({ provider }) => provider))) {
      const own = standing.filter(({ provider }) => provider === name);
      try {
        await sweep(own, providers[name]);
      } catch (error) {
        report(error, "looking for a machine that a lost create left behind");
      }
    }
    if ((await store.list("tombstone")).length > 0) sweepLater();
  }

  /** A tombstone stands until a look after its time: one that fails does not count. */
  async function sweep(
    tombstones: readonly Tombstone[],
    provider: Provider | undefined,
  ): Promise<void> {
    const now = clock.now();
    const machines = provider === undefined ? [] : await listMachines(provider);
    const buried = new Set(tombstones.map(({ thopterId }) => thopterId));
    for (const machine of machines.filter(({ tags }) => buried.has(tags.thopter))) {
      if (!(await removeLate(machine, provider))) buried.delete(machine.tags.thopter);
    }
    const over = tombstones.filter(({ until, thopterId }) => until < now && buried.has(thopterId));
    const ids = over.map(({ id }) => id);
    if (ids.length > 0) await store.purge("tombstone", ids);
  }

  /** False where it may still be there: its tombstone stands on. */
  async function removeLate(
    { id, tags: { thopter: subject } }: Machine,
    provider: Provider | undefined,
  ): Promise<boolean> {
    try {
      await provider?.destroy(id, AbortSignal.timeout(callMs));
    } catch (error) {
      report(error, `destroying machine ${id}, which a lost create left behind`);
      return false;
    }
    const detail = `machine ${id}, which appeared after its thopter was destroyed`;
    const entry = { action: "machine.destroy", subject, detail };
    await store.commit([auditWrite(ports, system, { ...entry, outcome: "succeeded" })]);
    return true;
  }

  function sweepLater(): void {
    if (isSweeping || stopped) return;
    isSweeping = true;
    later(tombstoneEveryMs, async () => {
      isSweeping = false;
      await sweepTombstones();
    });
  }

  async function lookOnce(): Promise<void> {
    await Promise.all(Object.values(providers).map(tryFindUnknown));
    if (!stopped) await sweepTombstones();
  }

  /** Waits for work, but no longer than this; what fails later is reported. */
  async function atMost(ms: number, work: Promise<void>): Promise<void> {
    let isLate = false;
    const late = new Promise<void>((resolve) => {
      later(ms, async () => {
        isLate = true;
        resolve();
      });
    });
    const done = work.catch((error: unknown) => {
      if (!isLate) throw error;
      report(error, "comparing machines with what is on record");
    });
    await Promise.race([done, late]);
  }

  return {
    async start() {
      stopWatching = store.watch((writes) => {
        if (writes.some(({ kind }) => kind === "tombstone")) sweepLater();
      });
      await atMost(firstLookMs, lookOnce());
    },
    unknownMachines: () => unknown,
    stop() {
      stopped = true;
      stopWatching?.();
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
