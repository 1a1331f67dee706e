import { join } from "node:path";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { Provider } from "../../../src/core/ports/provider.ts";
import type { LocalIsolation } from "../../../src/providers/local/isolation.ts";
import { createLocalProvider } from "../../../src/providers/local/local-provider.ts";
import type { MachineBackend } from "../../../src/simulators/fly/backend.ts";
import { temporaryDirectory } from "../../temp-directory.ts";

const signal = new AbortController().signal;

export type LocalBackend = {
  backend: MachineBackend;
  machines: Provider;
  /** The machine here behind one of the simulator's. */
  idOf(machineId: string): string;
};

/** Simulated machines that are sandboxes of this machine: all is real but the way in. */
export function createLocalBackend(isolation: LocalIsolation, clock: Clock): LocalBackend {
  const directory = join(temporaryDirectory(), "machines");
  const machines = createLocalProvider({ directory, isolation, clock });
  const ids = new Map<string, string>();
  const idOf = (machineId: string): string => ids.get(machineId) ?? "no-such-machine";

  const backend: MachineBackend = {
    addressOf: () => undefined,
    async boot({ id, name }) {
      const tags = { hub: "simulator", thopter: id, operation: "boot" };
      const machine = await machines.create({ name, tags }, signal);
      ids.set(id, machine.id);
      await machines.start(machine.id, signal);
    },
    halt: ({ id }) => machines.stop(idOf(id), signal),
    remove: ({ id }) => machines.destroy(idOf(id), signal),
    removeVolume: () => Promise.resolve(),
    async exec({ id }, { command, stdin, timeoutMs }) {
      const shell = await machines.shell(idOf(id), signal);
      const { exitCode, stdout, stderr } = await shell.run(command, { stdin, timeoutMs });
      const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
      return { exitCode, stdout: text(stdout), stderr: text(stderr) };
    },
    dropConnections: () => Promise.resolve(),
  };
  return { backend, machines, idOf };
}
