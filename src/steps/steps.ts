import type { Step } from "../core/ports/step.ts";
import { createCancelProvisionStep } from "./cancel-provision.ts";
import { createCheckApprovalStep } from "./check-approval.ts";
import { createCloneStep } from "./clone.ts";
import { createCreateMachineStep } from "./create-machine.ts";
import { createDestroyMachineStep } from "./destroy-machine.ts";
import { createFetchContextStep } from "./fetch-context.ts";
import { createInstallIdentityStep } from "./install-identity.ts";
import { createLaunchAgentStep } from "./launch-agent.ts";
import { createLeaveTombstoneStep } from "./leave-tombstone.ts";
import { stepLimits } from "./ports.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { createReadRepositoryConfigStep } from "./read-repository-config.ts";
import { createRescueStep } from "./rescue.ts";
import { createRunSetupScriptStep } from "./run-setup-script.ts";
import { createStopAgentStep } from "./stop-agent.ts";
import { createStopMachineStep } from "./stop-machine.ts";
import { createVerifyAgentStep } from "./verify-agent.ts";
import { createVerifyGoneStep } from "./verify-gone.ts";
import { createWaitForShellStep } from "./wait-for-shell.ts";
import { createWriteContextStep } from "./write-context.ts";

/** All steps of provisions and destroys, in the order in which they run. */
export function createSteps(ports: StepPorts, changed: Partial<StepLimits> = {}): Step[] {
  const limits = { ...stepLimits, ...changed };
  return [
    createCreateMachineStep(ports),
    createWaitForShellStep(ports, limits),
    createCloneStep(ports),
    createReadRepositoryConfigStep(ports),
    createFetchContextStep(ports),
    createWriteContextStep(ports),
    createRunSetupScriptStep(ports, limits),
    createInstallIdentityStep(ports),
    createLaunchAgentStep(ports),
    createVerifyAgentStep(ports),
    createCheckApprovalStep(ports, limits),
    createCancelProvisionStep(),
    createStopAgentStep(ports, limits),
    createRescueStep(ports, limits),
    createStopMachineStep(ports, limits),
    createDestroyMachineStep(ports),
    createVerifyGoneStep(ports, limits),
    createLeaveTombstoneStep(ports, limits),
  ];
}
