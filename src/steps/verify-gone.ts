import { ProviderError } from "../core/errors.ts";
import type { Step } from "../core/ports/step.ts";
import type { Thopter } from "../core/thopter.ts";
import { listMachines, mayHaveMachine } from "./machine.ts";
import { pause } from "../core/pause.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { providerOf } from "./provider-of.ts";

type Ports = Pick<StepPorts, "hub" | "clock" | "providers">;

/** Believes that the machine is gone when two lists and a direct look agree; what is left is destroyed again. */
export function createVerifyGoneStep(
  ports: Ports,
  limits: Pick<StepLimits, "goneMs" | "gonePauseMs">,
): Step {
  return {
    name: "verify-gone",
    kind: "destroy",
    lane: "destroy",
    after: ["destroy-machine"],
    timeoutMs: limits.goneMs + 2 * 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      if (!mayHaveMachine(record)) return { skipped: true, note: "there is no machine" };
      progress("making sure that the machine is gone");
      const provider = providerOf(ports.providers, record);
      const until = ports.clock.now() + limits.goneMs;
      for (;;) {
        const left = await machinesLeft(ports, record, signal);
        if (left.length === 0) return {};
        if (ports.clock.now() >= until) throw stillThere(record, left);
        for (const id of left) await provider.destroy(id, signal);
        await pause(ports.clock, limits.gonePauseMs, signal);
      }
    },
  };
}

async function machinesLeft(
  ports: Ports,
  thopter: Thopter,
  signal: AbortSignal,
): Promise<string[]> {
  const { machineId } = thopter;
  const first = await listMachines(ports, thopter, signal);
  const found =
    machineId === undefined
      ? undefined
      : await providerOf(ports.providers, thopter).get(machineId, signal);
  const second = await listMachines(ports, thopter, signal);
  const ids = [...first, ...(found === undefined ? [] : [found.id]), ...second];
  return [...new Set(ids)];
}

function stillThere({ name }: Thopter, ids: readonly string[]): ProviderError {
  const which = ids.map((id) => `"${id}"`).join(", ");
  return new ProviderError(
    `Cannot confirm that the machine of "${name}" is gone: ${which} is still there after it was destroyed. Look at the provider, then destroy it again.`,
    { kind: "transient" },
  );
}
