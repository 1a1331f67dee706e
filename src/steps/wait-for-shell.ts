import type { Step } from "../core/ports/step.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { untilShellAnswers } from "./shell-answers.ts";

/** Waits until the machine runs commands. */
export function createWaitForShellStep(
  ports: Pick<StepPorts, "hub" | "clock" | "providers" | "sessions">,
  limits: Pick<StepLimits, "shellPauseMs">,
): Step {
  return {
    name: "wait-for-shell",
    kind: "provision",
    lane: "provision",
    after: ["create-machine"],
    timeoutMs: 5 * 60_000,
    async run(context) {
      context.progress("waiting for the machine to answer");
      await untilShellAnswers({ ports, limits }, context.thopter(), context.signal);
      return {};
    },
  };
}
