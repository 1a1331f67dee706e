import type { MachineRequest } from "../core/ports/provider.ts";
import type { Step } from "../core/ports/step.ts";
import { localRepositoryOf } from "./git-access.ts";
import type { StepPorts } from "./ports.ts";
import { providerOf } from "./provider-of.ts";

/**
 * Asks the provider for the machine. The intent is on disk before the call: whatever is lost after
 * it, the next attempt adopts what carries the tags, and a destroy knows to look for it.
 */
export function createCreateMachineStep(
  ports: Pick<StepPorts, "hub" | "clock" | "providers" | "allowsLocal">,
): Step {
  return {
    name: "create-machine",
    kind: "provision",
    lane: "provision",
    after: [],
    timeoutMs: 5 * 60_000,
    async run(context) {
      const { id, name, machineIntentAt } = context.thopter();
      const provider = providerOf(ports.providers, context.thopter());
      if (machineIntentAt === undefined) {
        await context.record({ machineIntentAt: ports.clock.now() });
      }
      // A canceled step that was waiting for the disk must not ask any more.
      context.signal.throwIfAborted();
      context.progress("creating the machine");
      const tags = { hub: ports.hub, thopter: id, operation: context.operation.id };
      const request: MachineRequest = { name: `thopter-${name}`, tags };
      const repositoryPath = localRepositoryOf(ports, context.thopter());
      if (repositoryPath !== undefined) request.repositoryPath = repositoryPath;
      const machine = await provider.create(request, context.signal);
      return { note: `machine ${machine.id}`, thopter: { machineId: machine.id } };
    },
  };
}
