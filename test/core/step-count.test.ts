import { describe, expect, it } from "vitest";
import type { StepRecord, StepStatus } from "../../src/core/operation.ts";
import { stepCountOf, stepCountWords } from "../../src/core/step-count.ts";
import { makeOperation } from "./records.ts";

const names = ["create", "clone", "context", "launch"];

function begun(...statuses: readonly StepStatus[]): StepRecord[] {
  return statuses.map((status, index) => ({ name: names[index] ?? "", status, startedAt: 1 }));
}

describe("the count of an operation's steps", () => {
  it("is not there before it has started", () => {
    expect(stepCountOf(makeOperation())).toBeUndefined();
    expect(stepCountOf(makeOperation({ stepNames: [] }))).toBeUndefined();
  });

  it("names the step that runs, and counts those that had nothing to do as done", () => {
    const count = (...statuses: StepStatus[]) =>
      stepCountOf(
        makeOperation({ status: "running", stepNames: names, steps: begun(...statuses) }),
      );
    expect(count("running")).toEqual({ number: 1, done: 0, total: 4 });
    expect(count("succeeded", "running")).toEqual({ number: 2, done: 1, total: 4 });
    expect(count("succeeded", "skipped", "running")).toEqual({ number: 3, done: 2, total: 4 });
    expect(count("succeeded", "running", "running")).toEqual({ number: 2, done: 1, total: 4 });
    expect(count("succeeded", "running", "succeeded")).toEqual({ number: 3, done: 2, total: 4 });
    expect(count("succeeded", "skipped")).toEqual({ number: 2, done: 2, total: 4 });
    expect(count("succeeded", "failed")).toEqual({ number: 1, done: 1, total: 4 });
  });

  it("names the step that failed, and all of them once it has succeeded", () => {
    const failed = { status: "failed", stepNames: names } as const;
    const steps = begun("succeeded", "failed");
    expect(stepCountOf(makeOperation({ ...failed, steps }))).toMatchObject({ number: 2, done: 1 });
    const all = begun("succeeded", "succeeded", "skipped", "succeeded");
    const done = stepCountOf(makeOperation({ status: "succeeded", stepNames: names, steps: all }));
    expect(done).toEqual({ number: 4, done: 4, total: 4 });
    expect(stepCountWords({ number: 3, done: 2, total: 9 })).toBe("3 of 9");
  });

  it("passes over steps that are none of its own any more", () => {
    const steps: StepRecord[] = [{ name: "old", status: "succeeded", startedAt: 1 }];
    const operation = makeOperation({ status: "running", stepNames: names, steps });
    expect(stepCountOf(operation)).toEqual({ number: 0, done: 0, total: 4 });
  });
});
