import type { Step } from "../core/ports/step.ts";
import { listMachines, mayHaveMachine } from "./machine.ts";
import type { StepPorts } from "./ports.ts";
import { providerOf } from "./provider-of.ts";

/** Destroys the machine on record and whatever else carries the thopter's tag. */
export function createDestroyMachineStep(ports: Pick<StepPorts, "hub" | "providers">): Step {
  return {
    name: "destroy-machine",
    kind: "destroy",
    lane: "destroy",
    after: ["stop-machine"],
    timeoutMs: 5 * 60_000,
    pointOfNoReturn: true,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      if (!mayHaveMachine(record)) return { skipped: true, note: "there is no machine" };
      progress("destroying the machine");
      const provider = providerOf(ports.providers, record);
      const { machineId } = record;
      if (machineId !== undefined) await provider.destroy(machineId, signal);
      const others = await listMachines(ports, record, signal);
      for (const id of others) if (id !== machineId) await provider.destroy(id, signal);
      return {};
    },
  };
}
