import { accept } from "../core/acceptance.ts";
import type { Accepted, OpenWork } from "../core/acceptance.ts";
import { moveOperation } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Submission, Submitted } from "../core/ports/engine.ts";
import type { NewId } from "../core/ports/clock.ts";
import type { Store, Write } from "../core/ports/store.ts";
import type { EngineOptions } from "./options.ts";
import type { EngineState } from "./state.ts";

export type Submitter = {
  /** Accepts all or none, durably, together with the writes alongside. */
  submit(submissions: readonly Submission[], alongside?: Alongside): Promise<Submitted[]>;
  /** Accepts one for the commit that is being put together; it starts once that is durable. */
  include(submission: Submission): void;
};

export type Alongside = (submitted: readonly Submitted[]) => readonly Write[];

type Applied = { accepted: Accepted; writes: Write[]; undo: () => void };

export function createSubmitter(
  { state, store, newId }: { state: EngineState; store: Store; newId: NewId },
  options: Pick<EngineOptions, "maxQueueSize">,
): Submitter {
  async function finishedAmong(ids: readonly string[]): Promise<Set<string>> {
    const known = await Promise.all(ids.map((id) => store.get("operation", id)));
    return new Set(known.flatMap((operation) => operation?.id ?? []));
  }

  function judge(submission: Submission, finished: ReadonlySet<string>): Accepted {
    const work: OpenWork = {
      ...state.work,
      isKnown: (id) => state.work.isKnown(id) || finished.has(id),
    };
    const context = { now: state.clock.now(), newId, maxQueueSize: options.maxQueueSize };
    return accept(submission, work, context);
  }

  /** Takes effect at once for later requests; the schedule learns of it when it is durable. */
  function apply(accepted: Accepted): Applied {
    switch (accepted.outcome) {
      case "repeated":
        return { accepted, writes: [], undo: () => undefined };
      case "joined":
        return replace(accepted);
      case "new":
        return accepted.supersedes === undefined
          ? create(accepted)
          : supersede(accepted, accepted.supersedes);
    }
  }

  function replace(accepted: Accepted): Applied {
    const before = state.work.operation(accepted.operation.id);
    if (before === undefined || before === accepted.operation) {
      return { accepted, writes: [], undo: () => undefined };
    }
    const operation = { ...accepted.operation, version: before.version + 1 };
    state.work.putOperation(operation);
    return {
      accepted: { ...accepted, operation },
      writes: [{ kind: "operation", record: operation }],
      undo: () => state.work.putOperation(before),
    };
  }

  function create(accepted: Accepted): Applied {
    const operation = { ...accepted.operation, version: 1 };
    const { thopter } = accepted;
    const writes: Write[] = [{ kind: "operation", record: operation }];
    if (thopter !== undefined) {
      state.work.putThopter(thopter);
      writes.push({ kind: "thopter", record: thopter });
    }
    state.work.putOperation(operation);
    function undo(): void {
      state.work.dropOperation(operation);
      if (thopter !== undefined) state.work.dropThopter(thopter);
    }
    return { accepted: { ...accepted, operation }, writes, undo };
  }

  function supersede(accepted: Accepted, provision: Operation): Applied {
    const now = state.clock.now();
    const canceled = {
      ...moveOperation(provision, "canceled", { finishedAt: now }),
      version: provision.version + 1,
    };
    state.schedule.remove(provision.id, now);
    state.work.putOperation(canceled);
    const created = create(accepted);
    function undo(): void {
      created.undo();
      state.work.putOperation(provision);
      state.schedule.add(state.scheduled(provision), state.clock.now());
    }
    return {
      ...created,
      writes: [...created.writes, { kind: "operation", record: canceled }],
      undo,
    };
  }

  function applyAll(submissions: readonly Submission[], finished: ReadonlySet<string>): Applied[] {
    const applied: Applied[] = [];
    try {
      for (const submission of submissions) applied.push(apply(judge(submission, finished)));
      return applied;
    } catch (error) {
      undoAll(applied);
      throw error;
    }
  }

  function undoAll(applied: readonly Applied[]): void {
    for (const { undo } of applied.toReversed()) undo();
  }

  function enter({ accepted }: Applied): void {
    const now = state.clock.now();
    const { operation, outcome, supersedes } = accepted;
    if (supersedes !== undefined) state.schedule.finish(supersedes.id, now);
    const present = state.work.operation(operation.id);
    if (outcome === "repeated" || present?.status !== "queued") return;
    if (outcome === "joined" && state.schedule.has(operation.id)) {
      state.schedule.remove(operation.id, now);
    }
    state.schedule.add(state.scheduled(present), now);
  }

  return {
    async submit(submissions, alongside) {
      const after = submissions.flatMap((submission) => submission.after ?? []);
      const finished = await finishedAmong(after.filter((id) => !state.work.isKnown(id)));
      const applied = applyAll(submissions, finished);
      const submitted = applied.map(({ accepted: { operation, outcome } }) => ({
        operation,
        outcome,
      }));
      const writes = applied.flatMap((one) => one.writes);
      try {
        const others = alongside?.(submitted) ?? [];
        if (writes.length + others.length > 0) await state.ledger.commit([...writes, ...others]);
      } catch (error) {
        undoAll(applied);
        throw error;
      }
      for (const one of applied) enter(one);
      state.wake();
      return submitted;
    },
    include(submission) {
      const accepted = judge(submission, new Set());
      if (accepted.outcome !== "new") return;
      const operation = state.putOperation(accepted.operation);
      state.whenDurable((schedule) => schedule.add(state.scheduled(operation), state.clock.now()));
    },
  };
}
