import type { MachineConfig } from "./requests.ts";

export type BackendMachine = {
  id: string;
  app: string;
  name: string;
  config: MachineConfig;
  /** The volumes that are mounted, by where they are seen. */
  volumes: readonly { id: string; path: string }[];
};

export type ExecRequest = { command: readonly string[]; stdin: string; timeoutMs: number };
export type ExecResult = { exitCode: number; stdout: string; stderr: string };

/** What the simulated machines really are. Calls for one machine come one after another. */
export type MachineBackend = {
  /** The address that the machine will have; undefined leaves it to the simulator to invent one. */
  addressOf(machine: BackendMachine): string | undefined;
  /** Starts what runs on the machine. A fresh root keeps nothing but what lies on volumes. Throws where it cannot boot. */
  boot(
    machine: BackendMachine,
    options: { freshRoot: boolean; fullVolume: boolean },
  ): Promise<void>;
  /** Ends all that runs on the machine; its files stay. */
  halt(machine: BackendMachine): Promise<void>;
  remove(machine: BackendMachine): Promise<void>;
  removeVolume(volumeId: string): Promise<void>;
  exec(machine: BackendMachine, request: ExecRequest): Promise<ExecResult>;
  /** Cuts all connections to the machine, as a network does. */
  dropConnections(machine: BackendMachine): Promise<void>;
};

/** Machines that run nothing: enough for whatever speaks to the API alone. */
export function createIdleBackend(): MachineBackend {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    addressOf: () => undefined,
    boot: nothing,
    halt: nothing,
    remove: nothing,
    removeVolume: nothing,
    exec: () => Promise.resolve({ exitCode: 0, stdout: "", stderr: "" }),
    dropConnections: nothing,
  };
}
