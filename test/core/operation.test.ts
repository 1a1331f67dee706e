import { describe, expect, it } from "vitest";
import {
  higherPriority,
  moveOperation,
  operationIs,
  operationStatuses,
  priorities,
  rankOf,
} from "../../src/core/operation.ts";
import type { OperationStatus } from "../../src/core/operation.ts";
import { makeOperation } from "./records.ts";

const allowed: Record<OperationStatus, OperationStatus[]> = {
  queued: ["running", "failed", "canceled"],
  running: ["queued", "succeeded", "failed", "canceled"],
  succeeded: [],
  failed: [],
  canceled: [],
};
const pairs = operationStatuses.flatMap((from) => operationStatuses.map((to) => ({ from, to })));

describe("an operation's status", () => {
  it.each(pairs)("moves from $from to $to only where the table has it", ({ from, to }) => {
    const operation = makeOperation({ status: from });
    const move = (): OperationStatus => moveOperation(operation, to).status;
    const refused = `Error: Cannot move operation "op-1" from ${from} to ${to}: that transition does not exist`;
    expect(outcomeOf(move)).toBe(allowed[from].includes(to) ? to : refused);
  });

  it("changes with a patch, and leaves the record it came from as it was", () => {
    const operation = makeOperation({ status: "running", attempts: 1 });
    const moved = moveOperation(operation, "queued", { attempts: 2, status: "failed" });
    expect(moved).toEqual({ ...operation, status: "queued", attempts: 2 });
    expect(operation).toMatchObject({ status: "running", attempts: 1 });
  });

  it.each(operationStatuses)("%s is either open or finished", (status) => {
    const isOpen = status === "queued" || status === "running";
    expect(operationIs.open({ status })).toBe(isOpen);
    expect(operationIs.finished({ status })).toBe(!isOpen);
  });
});

function outcomeOf(move: () => OperationStatus): string {
  try {
    return move();
  } catch (error) {
    return String(error);
  }
}

describe("an operation's rank", () => {
  const minute = 60_000;

  it.each([
    { priority: "urgent", minutes: 60 },
    { priority: "high", minutes: 10 },
    { priority: "normal", minutes: 0 },
    { priority: "low", minutes: -10 },
  ] as const)("$priority goes $minutes minutes ahead of its time", ({ priority, minutes }) => {
    expect(rankOf({ createdAt: 1_000, priority })).toBe(1_000 - minutes * minute);
  });

  it("lets what is old enough go before what is urgent", () => {
    const urgent = rankOf({ createdAt: 61 * minute, priority: "urgent" });
    expect(rankOf({ createdAt: 0, priority: "normal" })).toBeLessThan(urgent);
  });

  it("knows the more urgent of two priorities", () => {
    for (const [place, a] of priorities.entries()) {
      for (const [other, b] of priorities.entries()) {
        expect(higherPriority(a, b)).toBe(place <= other ? a : b);
      }
    }
  });
});
