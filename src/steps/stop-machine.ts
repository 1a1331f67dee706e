import type { Step } from "../core/ports/step.ts";
import { withDeadline } from "./deadline.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { reasonOf } from "./words.ts";
import { providerOf } from "./provider-of.ts";

/** Ends what runs on the machine. One that does not stop is destroyed all the same. */
export function createStopMachineStep(
  ports: Pick<StepPorts, "clock" | "providers">,
  limits: Pick<StepLimits, "machineStopMs">,
): Step {
  return {
    name: "stop-machine",
    kind: "destroy",
    lane: "destroy",
    after: ["rescue"],
    timeoutMs: limits.machineStopMs + 30_000,
    async run({ thopter, signal, progress }) {
      const { machineId } = thopter();
      if (machineId === undefined) return { skipped: true, note: "there is no machine" };
      const provider = providerOf(ports.providers, thopter());
      progress("stopping the machine");
      const limit = { clock: ports.clock, timeoutMs: limits.machineStopMs, signal };
      try {
        await withDeadline(limit, (deadline) => provider.stop(machineId, deadline));
        return {};
      } catch (error) {
        signal.throwIfAborted();
        return { note: `the machine could not be stopped: ${reasonOf(error)}` };
      }
    },
  };
}
