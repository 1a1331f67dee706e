import { describe, expect, it } from "vitest";
import { accept } from "../../src/core/acceptance.ts";
import type { Accepted } from "../../src/core/acceptance.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Submission } from "../../src/core/ports/engine.ts";
import { createPlainWork } from "./plain-work.ts";
import type { PlainWork } from "./plain-work.ts";
import { askDestroy, askProvision, ben, makeOperation, makeThopter } from "./records.ts";

const context = { now: 9_000, newId: () => "new", maxQueueSize: 2 };

function ask(submission: Submission, work: PlainWork): Accepted {
  return accept(submission, work, context);
}

/** The code and the words with which a request is refused. */
function refusal(submission: Submission, work: PlainWork): string {
  try {
    return `accepted: ${ask(submission, work).outcome}`;
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** A ready thopter with these operations of its own. */
function workWith(...operations: Partial<Operation>[]): PlainWork {
  const made = operations.map((patch, index) => makeOperation({ id: `op-${index + 1}`, ...patch }));
  return createPlainWork(made, [makeThopter({ status: "ready" })]);
}

describe("a request to provision", () => {
  it("becomes a queued operation with a new thopter", () => {
    const submission = askProvision({ priority: "high", reason: "spring", key: "k" });
    const { operation, outcome, thopter } = ask(submission, createPlainWork());
    expect(outcome).toBe("new");
    expect(thopter).toBe(submission.thopter);
    expect(operation).toEqual(
      makeOperation({
        id: "new",
        version: 0,
        priority: "high",
        reason: "spring",
        key: "k",
        fingerprint: "same",
        createdAt: 9_000,
      }),
    );
  });

  it("is refused when the queue is full, and says what to do", () => {
    const work = workWith({ thopterId: "x" }, { thopterId: "y" });
    const other = askProvision({ thopter: makeThopter({ id: "t-2", name: "red-fox" }) });
    expect(refusal(other, work)).toMatch(/^full: .* 2 wait already. Try again/);
  });

  it("is measured against provisions that wait for their lane, nothing else", () => {
    const work = workWith(
      { thopterId: "x", status: "running" },
      { thopterId: "y", lane: "setup" },
      { thopterId: "z", kind: "destroy", lane: "destroy" },
      { thopterId: "w" },
    );
    const other = askProvision({ thopter: makeThopter({ id: "t-2", name: "red-fox" }) });
    expect(ask(other, work).outcome).toBe("new");
  });

  it("repeated with its key answers with the first, even when that has ended or the queue is full", () => {
    for (const status of ["queued", "failed"] as const) {
      const work = workWith({ key: "k", fingerprint: "same", status }, {}, {});
      const again = askProvision({
        key: "k",
        thopter: makeThopter({ id: "t-2", name: "red-fox" }),
      });
      expect(ask(again, work)).toEqual({ operation: work.operations[0], outcome: "repeated" });
    }
  });

  it("with a used key and other arguments is refused", () => {
    const work = workWith({ key: "k", fingerprint: "same" });
    const other = askProvision({ key: "k", fingerprint: "other" });
    expect(refusal(other, work)).toMatch(/^conflict: .* key "k"/);
  });

  it("may use a key that another actor used", () => {
    const work = workWith({ key: "k", fingerprint: "same", actor: ben });
    const mine = askProvision({ key: "k", thopter: makeThopter({ id: "t-2", name: "red-fox" }) });
    expect(ask(mine, work).outcome).toBe("new");
  });

  it("repeated with its name answers with the first", () => {
    const work = workWith({ fingerprint: "same", status: "succeeded" });
    const again = askProvision({ thopter: makeThopter({ id: "t-2" }) });
    expect(ask(again, work)).toEqual({ operation: work.operations[0], outcome: "repeated" });
  });

  it.each([
    { why: "other arguments", earlier: { fingerprint: "other" } },
    { why: "another actor", earlier: { fingerprint: "same", actor: ben } },
    { why: "no provision on record", earlier: { kind: "destroy" as const } },
  ])("with a name that is taken is refused: $why", ({ earlier }) => {
    const again = askProvision({ thopter: makeThopter({ id: "t-2" }) });
    expect(refusal(again, workWith(earlier))).toMatch(/^conflict: .* "calm-otter"/);
  });

  it("may have the name of a thopter that is gone", () => {
    const work = createPlainWork([], [makeThopter({ status: "gone" })]);
    const again = askProvision({ thopter: makeThopter({ id: "t-2" }) });
    expect(ask(again, work).outcome).toBe("new");
  });

  it("waits for any operation on record, and for no other", () => {
    const work = workWith({ id: "op-1", kind: "destroy" });
    const thopter = makeThopter({ id: "t-2", name: "red-fox" });
    expect(ask(askProvision({ thopter, after: ["op-1"] }), work).operation.after).toEqual(["op-1"]);
    expect(refusal(askProvision({ thopter, after: ["op-1", "nix"] }), work)).toMatch(
      /^not_found: .* "nix"/,
    );
  });
});

describe("a request to destroy", () => {
  it("becomes a queued operation with what it was approved for", () => {
    const approved = { ownerId: "ann", unsaved: true };
    const submission = askDestroy({ force: true, approvalId: "a", approved, retryOf: "op-0" });
    const { operation, outcome } = ask(submission, workWith());
    expect(outcome).toBe("new");
    expect(operation).toMatchObject({ kind: "destroy", lane: "destroy", status: "queued" });
    expect(operation).toMatchObject({ force: true, approvalId: "a", approved, retryOf: "op-0" });
  });

  it("is never refused because the queue is full", () => {
    expect(ask(askDestroy(), workWith({ thopterId: "x" }, { thopterId: "y" })).outcome).toBe("new");
  });

  it("is refused for a thopter that does not exist or is gone", () => {
    expect(refusal(askDestroy({ thopterId: "nix" }), workWith())).toMatch(/^not_found: .* "nix"/);
    const work = createPlainWork([], [makeThopter({ status: "gone" })]);
    expect(refusal(askDestroy(), work)).toMatch(/^not_found: /);
  });

  it("supersedes a provision that is queued, in whichever lane", () => {
    for (const lane of ["provision", "setup"] as const) {
      const work = workWith({ lane });
      expect(ask(askDestroy(), work).supersedes).toBe(work.operations[0]);
    }
  });

  it("leaves a provision that runs to its own first step", () => {
    expect(ask(askDestroy(), workWith({ status: "running" }))).not.toHaveProperty("supersedes");
  });

  it("never waits for a provision, and may wait for another destroy", () => {
    const work = workWith(
      { thopterId: "x", status: "running" },
      { thopterId: "y", kind: "destroy", lane: "destroy" },
    );
    expect(refusal(askDestroy({ after: ["op-2", "op-1"] }), work)).toMatch(
      /^invalid: .* a destroy never waits for a provision/,
    );
    expect(ask(askDestroy({ after: ["op-2"] }), work).operation.after).toEqual(["op-2"]);
    expect(refusal(askDestroy({ after: ["nix"] }), work)).toMatch(/^not_found: /);
  });
});

describe("a second request to destroy", () => {
  const queued = { kind: "destroy", lane: "destroy", status: "queued" } as const;

  it("joins the first, makes it at least as urgent, and clears its backoff", () => {
    const work = workWith({ ...queued, priority: "low", notBefore: 99_000 });
    const { operation, outcome } = ask(askDestroy({ priority: "high" }), work);
    expect(outcome).toBe("joined");
    expect(operation).toEqual({ ...makeOperation({ ...queued, priority: "high" }) });
    expect(ask(askDestroy({ priority: "low" }), workWith(queued)).operation.priority).toBe(
      "normal",
    );
  });

  it("leaves one that runs as it is, force or not", () => {
    const work = workWith({ ...queued, status: "running" });
    const { operation, outcome } = ask(askDestroy({ force: true, priority: "urgent" }), work);
    expect(outcome).toBe("joined");
    expect(operation).toBe(work.operations[0]);
  });

  it("upgrades one that is queued to force, on the stronger request's approval alone", () => {
    const weak = { approvalId: "weak", approved: { ownerId: "ann", unsaved: false } };
    const strong = { approvalId: "strong", approved: { ownerId: "ann", unsaved: true } };
    const work = workWith({ ...queued, ...weak });
    expect(ask(askDestroy({ force: true, ...strong }), work).operation).toMatchObject({
      force: true,
      ...strong,
    });
    const { operation } = ask(askDestroy({ force: true }), work);
    expect(operation.force).toBe(true);
    expect(operation).not.toHaveProperty("approvalId");
    expect(operation).not.toHaveProperty("approved");
  });

  it("never takes force back, nor what it was approved for", () => {
    const strong = { approvalId: "strong", approved: { ownerId: "ann", unsaved: true } };
    const work = workWith({ ...queued, force: true, ...strong });
    for (const force of [false, true]) {
      const { operation } = ask(askDestroy({ force, approvalId: "other" }), work);
      expect(operation).toMatchObject({ force: true, ...strong });
    }
  });

  it("changes no record by itself", () => {
    const work = workWith({ ...queued, notBefore: 99_000 });
    ask(askDestroy({ force: true, priority: "urgent" }), work);
    expect(work.operations).toEqual([makeOperation({ ...queued, notBefore: 99_000 })]);
  });
});
