import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { accept } from "../../src/core/acceptance.ts";
import type { Accepted } from "../../src/core/acceptance.ts";
import { UserError } from "../../src/core/errors.ts";
import { operationIs, priorities } from "../../src/core/operation.ts";
import type { Submission } from "../../src/core/ports/engine.ts";
import { createPlainWork } from "./plain-work.ts";
import type { PlainWork } from "./plain-work.ts";
import { ann, askDestroy, askProvision, ben, makeThopter } from "./records.ts";

const maxQueueSize = 2;
const place = fc.nat({ max: 50 });
const base = {
  actor: fc.constantFrom(ann, ben),
  priority: fc.constantFrom(...priorities),
  after: fc.oneof(fc.constant<number[]>([]), fc.array(place, { maxLength: 2 })),
};
const provision = fc.record({
  do: fc.constant("provision" as const),
  ...base,
  name: fc.constantFrom("ash", "elm", "fir", "oak", "yew"),
  key: fc.constantFrom(undefined, "k1", "k2"),
  fingerprint: fc.constantFrom("f1", "f2"),
});
const step = fc.oneof(
  provision,
  provision,
  fc.record({ do: fc.constant("destroy" as const), ...base, thopter: place, force: fc.boolean() }),
  fc.record({ do: fc.constant("start" as const), pick: place }),
  fc.record({ do: fc.constant("end" as const), pick: place }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe("acceptance, over random requests", () => {
  it("keeps one open operation per thopter, the bound of the queue, and every promise to a repeat", () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const work = createPlainWork();
        for (const [index, one] of steps.entries()) {
          const outcome = perform(one, index, work);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          checkWork(work);
        }
      }),
      { numRuns: 1_000, seed: 7 },
    );
    for (const outcome of [
      "new",
      "joined",
      "repeated",
      "full",
      "conflict",
      "not_found",
      "invalid",
    ]) {
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(20);
    }
  });
});

function perform(one: Step, index: number, work: PlainWork): string {
  if (one.do === "start") return start(work, one.pick);
  if (one.do === "end") return end(work, one.pick);
  const after = one.after.map(
    (number) => work.operations[number % (work.operations.length + 1)]?.id ?? "nix",
  );
  const { actor, priority } = one;
  const shared = { actor, priority, ...(after.length > 0 && { after }) };
  if (one.do === "destroy") {
    const thopterId = work.thopters[one.thopter % Math.max(1, work.thopters.length)]?.id ?? "nix";
    return request(askDestroy({ ...shared, thopterId, force: one.force }), index, work);
  }
  const thopter = makeThopter({ id: `t-${index}`, name: one.name, createdAt: index });
  const { fingerprint, key } = one;
  const submission = askProvision({
    ...shared,
    thopter,
    fingerprint,
    ...(key !== undefined && { key }),
  });
  return request(submission, index, work);
}

function start(work: PlainWork, pick: number): string {
  const queued = work.operations.filter(({ status }) => status === "queued");
  const found = queued[pick % Math.max(1, queued.length)];
  if (found !== undefined) found.status = "running";
  return "started";
}

function end(work: PlainWork, pick: number): string {
  const running = work.operations.filter(({ status }) => status === "running");
  const found = running[pick % Math.max(1, running.length)];
  if (found === undefined) return "ended";
  found.status = "succeeded";
  const thopter = work.thopters.find(({ id }) => id === found.thopterId);
  if (found.kind === "destroy" && thopter !== undefined) thopter.status = "gone";
  return "ended";
}

function request(submission: Submission, index: number, work: PlainWork): string {
  const before = structuredClone([work.operations, work.thopters]);
  const context = { now: index, newId: () => `op-${String(index).padStart(3, "0")}`, maxQueueSize };
  try {
    const accepted = accept(submission, work, context);
    expect([work.operations, work.thopters]).toEqual(before);
    checkPromise(submission, accepted, work);
    work.apply(accepted);
    return accepted.outcome;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect([work.operations, work.thopters]).toEqual(before);
    expect([submission.kind, error.code]).not.toEqual(["destroy", "full"]);
    return error.code;
  }
}

function checkPromise(submission: Submission, accepted: Accepted, work: PlainWork): void {
  const { operation, outcome } = accepted;
  expect(operation.kind).toBe(submission.kind);
  if (outcome === "repeated") {
    expect(work.operations).toContain(operation);
    expect(submission).toMatchObject({
      actor: operation.actor,
      fingerprint: operation.fingerprint,
    });
  }
  if (outcome === "joined") {
    expect(submission).toMatchObject({ thopterId: operation.thopterId });
    expect(work.operation(operation.id)?.kind).toBe("destroy");
  }
}

function checkWork(work: PlainWork): void {
  const open = work.operations.filter(operationIs.open);
  for (const { id } of work.thopters) {
    const own = open.filter(({ thopterId }) => thopterId === id);
    const provisions = own.filter(({ kind }) => kind === "provision");
    expect(provisions.length).toBeLessThanOrEqual(1);
    expect(own.length - provisions.length).toBeLessThanOrEqual(1);
    expect(own.length === 1 || provisions.every(({ status }) => status === "running")).toBe(true);
  }
  const names = work.thopters.filter(({ status }) => status !== "gone").map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(work.queuedProvisions()).toBeLessThanOrEqual(maxQueueSize);
  for (const { kind, after, id } of open) {
    const waitsForProvision = after.some((one) => work.operation(one)?.kind === "provision");
    expect(kind === "destroy" && waitsForProvision).toBe(false);
    for (const one of after) expect(one < id).toBe(true);
  }
}
