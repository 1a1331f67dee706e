import { resolve } from "node:path";
import { ProviderError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { MachinePlaces, Provider } from "../../core/ports/provider.ts";
import { endProcesses } from "./end-processes.ts";
import { fileFailure } from "./file-failure.ts";
import { findGitDirectory } from "./git-directory.ts";
import type { LocalIsolation } from "./isolation.ts";
import { createRunPlaces, placesInside } from "./local-places.ts";
import { createLocalShells } from "./local-shells.ts";
import { createMachineFiles } from "./machine-files.ts";
import { isMachineId, machineIdOf, machineOf, type MachineRecord } from "./machine-record.ts";
import { createSerially } from "../serially.ts";
import type { Visibility } from "./visible-system.ts";

export type LocalProviderOptions = {
  /** Where the machines lie: a directory that only the hub's user may enter. */
  directory: string;
  isolation: LocalIsolation;
  clock: Clock;
  /**
   * The PATH of commands; the usual directories when absent. None that a thopter can write: the hub's
   * own commands would run what an agent put there.
   */
  path?: string;
  timeZone?: string;
  /** What sandboxes see beyond /usr and /opt, and what must stay hidden even below these. */
  visibility?: Partial<Visibility>;
};

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Machines that are directories of this machine, each with a sandbox of its own where possible. */
export function createLocalProvider(options: LocalProviderOptions): Provider {
  const { isolation, clock, path = usualPath, timeZone, visibility = {} } = options;
  const directory = resolve(options.directory);
  const files = createMachineFiles({ directory, runOf: createRunPlaces(directory) });
  const serially = createSerially();
  const making = new Set<Promise<unknown>>();
  let swept: Promise<void> | undefined;
  const hidden = [directory, ...(visibility.hidden ?? [])];
  const shells = createLocalShells({
    tools: isolation.mechanism === "bubblewrap" ? isolation.tools : undefined,
    visibility: { expose: visibility.expose ?? [], hidden },
    path,
    timeZone,
  });

  // One thing at a time happens to a machine, whoever asks for it.
  async function onMachine<T>(call: Call, work: (id: string) => Promise<T>): Promise<T> {
    const { doing, machineId, signal } = call;
    return serially(machineId, async () => {
      signal.throwIfAborted();
      try {
        return await work(machineId);
      } catch (error) {
        signal.throwIfAborted();
        throw fileFailure(`${doing} machine "${machineId}"`, directory, error);
      }
    });
  }

  /** Once, before this hub makes or removes anything itself: no other hub has this directory. */
  function sweep(signal: AbortSignal): Promise<void> {
    swept ??= files.sweep(signal).catch(() => {
      // What cannot be removed now keeps nobody from working: the next call tries again.
      swept = undefined;
      signal.throwIfAborted();
    });
    return swept;
  }

  /** A create that was given up still ends, and its machine is there then. */
  async function whileMaking<T>(made: Promise<T>): Promise<T> {
    making.add(made);
    try {
      return await made;
    } finally {
      making.delete(made);
    }
  }

  async function halt(machineId: string, signal: AbortSignal): Promise<void> {
    await shells.close(machineId);
    await endProcesses({ id: machineId, home: files.paths(machineId).home }, signal);
  }

  function places(machineId: string): MachinePlaces {
    return isolation.mechanism === "bubblewrap" ? placesInside : files.paths(machineId);
  }

  return {
    name: "local",
    isolation: { contained: isolation.contained, words: isolation.words },
    async create({ name, tags, repositoryPath }, signal) {
      const machineId = machineIdOf(tags);
      await sweep(signal);
      const made = onMachine({ doing: "create", machineId, signal }, async (id) => {
        const existing = await files.read(id);
        if (existing !== undefined) return machineOf(existing);
        const record: MachineRecord = { id, name, tags, createdAt: clock.now(), stopped: false };
        if (repositoryPath !== undefined) {
          record.gitDirectory = await findGitDirectory(repositoryPath, hidden);
        }
        await files.create(record, signal);
        return machineOf(record);
      });
      return whileMaking(made);
    },
    async get(machineId, signal) {
      signal.throwIfAborted();
      const record = await files.read(machineId);
      return record === undefined ? undefined : machineOf(record);
    },
    async list(hub, signal) {
      signal.throwIfAborted();
      await sweep(signal);
      // Whoever looks for what a canceled create made must not look too early.
      await Promise.allSettled(making);
      const records = await files.list();
      return records.filter(({ tags }) => tags.hub === hub).map(machineOf);
    },
    async start(machineId, signal) {
      await onMachine({ doing: "start", machineId, signal }, async (id) => {
        const record = known(id, await files.read(id));
        if (!record.stopped) return;
        await halt(id, signal);
        await files.clearRun(id, signal);
        await files.write({ ...record, stopped: false });
      });
    },
    async stop(machineId, signal) {
      await onMachine({ doing: "stop", machineId, signal }, async (id) => {
        const record = await files.read(id);
        if (record === undefined) return;
        if (!record.stopped) await files.write({ ...record, stopped: true });
        await halt(id, signal);
      });
    },
    async destroy(machineId, signal) {
      if (!isMachineId(machineId)) return;
      await sweep(signal);
      await onMachine({ doing: "destroy", machineId, signal }, async (id) => {
        await halt(id, signal);
        await files.remove(id, signal);
      });
    },
    async shell(machineId, signal) {
      return onMachine({ doing: "open a shell on", machineId, signal }, async (id) => {
        const record = known(id, await files.read(id));
        if (record.stopped) throw stopped(id);
        await files.ensureRun(id);
        const { gitDirectory } = record;
        const place = { machineId: id, paths: files.paths(id), places: places(id), gitDirectory };
        return shells.open(place, signal);
      });
    },
    places(machineId) {
      const { home, run } = places(machineId);
      return { home, run };
    },
  };
}

type Call = { doing: string; machineId: string; signal: AbortSignal };

function known(machineId: string, record: MachineRecord | undefined): MachineRecord {
  if (record !== undefined) return record;
  throw new ProviderError(
    `Cannot find machine "${machineId}": it does not exist, or it was destroyed`,
    { kind: "not_found" },
  );
}

function stopped(machineId: string): ProviderError {
  return new ProviderError(
    `Cannot open a shell on machine "${machineId}": it is stopped. Start it first.`,
    { kind: "permanent" },
  );
}
