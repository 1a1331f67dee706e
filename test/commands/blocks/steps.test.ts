import { expect, it } from "vitest";
import { stepsBlock } from "../../../commands/blocks/steps.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { withStepCount } from "../../../src/core/step-count.ts";
import { makeOperation } from "../../core/records.ts";

const stepNames = ["create-machine", "clone", "launch-agent"];
const created = { name: "create-machine", status: "succeeded", startedAt: 0, finishedAt: 900 };

function tasksOf(patch: Partial<Operation>): string[] {
  const operation = makeOperation({ stepNames, ...patch });
  const view = { ...operation, ...withStepCount(operation), explanation: "It waits." };
  const { tasks = [] } = stepsBlock(view, 1000);
  return tasks.map(({ title, status }) => `${String(title)}: ${String(status)}`);
}

it("the list of steps has those that are still to come", () => {
  const running = { name: "clone", status: "running", startedAt: 900 } as const;
  const steps = [{ ...created, status: "succeeded" as const }, running];
  expect(tasksOf({ status: "running", steps })).toEqual([
    "Create machine: complete",
    "Clone: in_progress",
    "Launch agent: pending",
  ]);
});

it("the list of steps has none that will never come", () => {
  const failed = { name: "clone", status: "failed", startedAt: 900, finishedAt: 950 } as const;
  const steps = [{ ...created, status: "succeeded" as const }, failed];
  expect(tasksOf({ status: "failed", steps })).toEqual([
    "Create machine: complete",
    "Clone: error",
  ]);
});
