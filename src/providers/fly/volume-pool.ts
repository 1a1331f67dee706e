import type { FlyVolume } from "./answers.ts";
import type { FlyApi } from "./api.ts";
import { FlyError, hasReason } from "./fly-error.ts";
import { createSerially } from "../serially.ts";
import { createSharedRead } from "./shared-read.ts";

export type VolumePoolOptions = {
  /** Volumes of this name are the pool's; others are never touched. */
  name: string;
  sizeGb: number;
  /** What a machine needs, so that a volume is put where one fits. */
  compute: unknown;
  /** How many free ones are kept. */
  spare: number;
};

/** Volumes that outlive their machines: taken by one machine at a time, and used again. */
export type VolumePool = {
  /** A free volume in a region, kept for the caller until it is released. */
  reserve(region: string, signal: AbortSignal): Promise<string>;
  release(volumeId: string): void;
  /** Gives one up that no machine can use: its host is full or down. */
  discard(volumeId: string, signal: AbortSignal): Promise<void>;
  /** Deletes what is free beyond the spare ones, and what lies on hosts that are down. */
  prune(): Promise<void>;
  /** An answer was lost, or a volume was not needed after all: there may be one too many. */
  doubt(): void;
  /** Prunes where there may be one too many, as there may at the hub's start. */
  tidy(): Promise<void>;
};

export function createVolumePool(api: FlyApi, options: VolumePoolOptions): VolumePool {
  const { name, sizeGb, compute, spare } = options;
  const reserved = new Set<string>();
  const leaving = new Set<string>();
  const serially = createSerially();
  let isDoubtful = true;

  async function free(signal: AbortSignal): Promise<FlyVolume[]> {
    const volumes = await api.listVolumes(signal);
    return volumes.filter(
      (volume) =>
        volume.name === name &&
        volume.state === "created" &&
        (volume.attached_machine_id ?? "") === "" &&
        !reserved.has(volume.id) &&
        !leaving.has(volume.id),
    );
  }

  async function remove(volumeId: string, signal: AbortSignal): Promise<void> {
    leaving.add(volumeId);
    try {
      await api.deleteVolume(volumeId, signal);
    } catch (error) {
      // One that another machine has, or that is stuck with its host, stays away from ours.
      if (!(error instanceof FlyError) || hasReason(error, "unauthorized", "forbidden"))
        throw error;
      if (!hasReason(error, "not_found")) leaving.delete(volumeId);
    }
  }

  const sharedPrune = createSharedRead(async (onStart) => {
    await serially("pool", async () => {
      onStart();
      const signal = new AbortController().signal;
      const volumes = await free(signal);
      const dead = volumes.filter((volume) => !isUp(volume));
      const usable = volumes.filter(isUp).toSorted((a, b) => a.id.localeCompare(b.id));
      for (const { id } of [...dead, ...usable.slice(spare)]) await remove(id, signal);
    });
  });

  return {
    reserve: (region, signal) =>
      // One after another: two machines must never be leaving the same volume.
      serially("pool", async () => {
        const found = (await free(signal)).find(
          (one) => one.region === region && isUp(one) && (one.size_gb ?? sizeGb) >= sizeGb,
        );
        const request = { name, region, size_gb: sizeGb, compute };
        const volume = found ?? (await api.createVolume(request, signal));
        reserved.add(volume.id);
        return volume.id;
      }),
    release: (volumeId) => void reserved.delete(volumeId),
    discard: remove,
    prune: sharedPrune,
    doubt() {
      isDoubtful = true;
    },
    async tidy() {
      if (!isDoubtful) return;
      isDoubtful = false;
      try {
        await sharedPrune();
      } catch (error) {
        isDoubtful = true;
        throw error;
      }
    },
  };
}

const isUp = ({ host_status }: FlyVolume): boolean => (host_status ?? "ok") === "ok";
