import type { MachineRequest } from "../../core/ports/provider.ts";
import { metadataOf } from "./identity.ts";

export type FlyFile = { path: string; content: string; mode: number };

export type FlyMachineOptions = {
  image: string;
  guest: { cpu_kind: string; cpus: number; memory_mb: number };
  swapMb?: number;
  env?: Readonly<Record<string, string>>;
  /** What is put on the machine before it boots: its host key, who may log in. */
  files?: (request: MachineRequest) => readonly FlyFile[];
  /** For hubs that reach their machines from outside Fly's private network, each at a port of its own. */
  services?: (publicPort: number) => readonly unknown[];
};

/** Where a volume is seen on its machine. */
export const volumePath = "/data";

export type NewMachine = {
  request: MachineRequest;
  volumeId: string | undefined;
  publicPort: number | undefined;
};

/** The configuration that a machine is made with. */
export function machineConfigOf(
  options: FlyMachineOptions,
  { request, volumeId, publicPort }: NewMachine,
): Record<string, unknown> {
  const { image, guest, swapMb, env = {}, files, services } = options;
  const placed = (files?.(request) ?? []).map(({ path, content, mode }) => ({
    guest_path: path,
    raw_value: Buffer.from(content).toString("base64"),
    mode,
  }));
  const mounts = volumeId === undefined ? [] : [{ volume: volumeId, path: volumePath }];
  const served = publicPort === undefined ? undefined : services?.(publicPort);
  return {
    ...{ image, guest, env, mounts, files: placed, metadata: metadataOf(request, publicPort) },
    ...(swapMb === undefined ? {} : { init: { swap_size_mb: swapMb } }),
    ...(served === undefined ? {} : { services: served }),
    // A machine goes when its hub says so, never by itself: its work would go with it.
    auto_destroy: false,
    restart: { policy: "on-failure", max_retries: 3 },
    // A stop keeps the files: those beside the volume as well.
    rootfs: { persist: "always" },
    stop_config: { signal: "SIGTERM", timeout: "10s" },
  };
}
