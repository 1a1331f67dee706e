import { accept } from "../core/acceptance.ts";
import type { Accepted, OpenWork } from "../core/acceptance.ts";
import type { Operation } from "../core/operation.ts";
import type { Submission, Submitted } from "../core/ports/engine.ts";
import type { NewId } from "../core/ports/clock.ts";
import type { Store, Write } from "../core/ports/store.ts";
import type { Schedule } from "../core/schedule.ts";
import { createChanges } from "./changes.ts";
import type { Applied } from "./changes.ts";
import type { EngineOptions } from "./options.ts";
import type { EngineState } from "./state.ts";

export type Submitter = {
  /** Accepts all or none, durably, together with the writes alongside. */
  submit(submissions: readonly Submission[], alongside?: Alongside): Promise<Submitted[]>;
  /** Accepts one for the commit that is being put together; it starts once that is durable. */
  include(submission: Submission): void;
  /** Resolves once it is known whether a change of this operation stands; undefined where all do. */
  undecided(operationId: string): Promise<void> | undefined;
};

export type Alongside = (submitted: readonly Submitted[]) => readonly Write[];

const none: ReadonlySet<string> = new Set();

export function createSubmitter(
  ports: {
    state: EngineState;
    store: Store;
    newId: NewId;
    /** Throws while nothing can be recorded. */
    refuse: () => void;
    /** Hears of each new operation that has become durable. */
    entered: (operation: Operation) => void;
  },
  options: Pick<EngineOptions, "maxQueueSize">,
): Submitter {
  const { state, store, newId } = ports;
  const apply = createChanges(state);
  /** Operations with a change that may still be refused, and when it is known whether it was. */
  const undecided = new Map<string, Promise<void>>();

  function unknownAmong(submissions: readonly Submission[]): string[] {
    const after = submissions.flatMap((submission) => submission.after ?? []);
    return after.filter((id) => !state.work.isKnown(id));
  }

  async function finishedAmong(ids: readonly string[]): Promise<Set<string>> {
    const known = await Promise.all(ids.map((id) => store.get("operation", id)));
    return new Set(known.flatMap((operation) => operation?.id ?? []));
  }

  function judge(submission: Submission, finished: ReadonlySet<string>): Accepted {
    const isKnown = (id: string): boolean => state.work.isKnown(id) || finished.has(id);
    const work: OpenWork = finished.size === 0 ? state.work : { ...state.work, isKnown };
    const retry = findOpenRetry(submission);
    if (retry !== undefined) return { operation: retry, outcome: "repeated" };
    const context = { now: state.clock.now(), newId, maxQueueSize: options.maxQueueSize };
    return accept(submission, work, context);
  }

  /** Two requests to retry the same operation are one. */
  function findOpenRetry({ retryOf }: Submission): Operation | undefined {
    if (retryOf === undefined) return undefined;
    return state.work.operations().find((operation) => operation.retryOf === retryOf);
  }

  /** Answers with what to wait for instead, where it hangs on a change that may still be refused. */
  function applyAll(
    submissions: readonly Submission[],
    finished: ReadonlySet<string>,
  ): Applied[] | Promise<void> {
    const applied: Applied[] = [];
    try {
      for (const submission of submissions) {
        const accepted = judge(submission, finished);
        const decided = undecidedFor(accepted);
        if (decided !== undefined) {
          undoAll(applied);
          return decided;
        }
        applied.push(apply(accepted));
      }
      return applied;
    } catch (error) {
      undoAll(applied);
      throw error;
    }
  }

  function undecidedFor({ operation, supersedes }: Accepted): Promise<void> | undefined {
    return undecided.get(operation.id) ?? undecided.get(supersedes?.id ?? "");
  }

  function undoAll(applied: readonly Applied[]): void {
    for (const { undo } of applied.toReversed()) undo();
  }

  function enter({ accepted }: Applied): void {
    const now = state.clock.now();
    const { operation, outcome, supersedes } = accepted;
    if (supersedes !== undefined) state.schedule.finish(supersedes.id, now);
    if (outcome !== "repeated") enterSchedule(operation.id, state.schedule);
    if (outcome === "new") ports.entered(operation);
  }

  function enterSchedule(id: string, schedule: Schedule): void {
    const present = state.work.operation(id);
    if (present?.status !== "queued" || schedule.has(id)) return;
    schedule.add(state.scheduled(present), state.clock.now());
  }

  /** Lets later requests wait until it is known whether these changes stand; the answer tells them. */
  function holdUndecided(writes: readonly Write[]): () => void {
    if (writes.length === 0) return () => undefined;
    const { promise, resolve } = openPromise();
    for (const { record } of writes) undecided.set(record.id, promise);
    return () => {
      for (const { record } of writes) undecided.delete(record.id);
      resolve();
    };
  }

  async function makeDurable(
    applied: readonly Applied[],
    alongside?: Alongside,
  ): Promise<Submitted[]> {
    const submitted = applied.map(({ accepted: { operation, outcome } }) => ({
      operation,
      outcome,
    }));
    const writes = applied.flatMap((one) => one.writes);
    const release = holdUndecided(writes);
    try {
      const all = [...writes, ...(alongside?.(submitted) ?? [])];
      await (all.length === 0 ? state.flush() : state.ledger.commit(all));
      for (const one of applied) enter(one);
    } catch (error) {
      undoAll(applied);
      throw error;
    } finally {
      release();
      state.wake();
    }
    return submitted;
  }

  function include(submission: Submission): void {
    const accepted = judge(submission, none);
    if (accepted.outcome !== "new") {
      // What it joins may still be refused: then it has to stand by itself.
      void undecidedFor(accepted)?.then(() => includeAgain(submission));
      return;
    }
    const { id } = state.putOperation(accepted.operation);
    state.whenDurable((schedule) => enterSchedule(id, schedule));
  }

  function includeAgain(submission: Submission): void {
    if (submission.kind !== "destroy") return;
    if (state.work.thopter(submission.thopterId) !== undefined) include(submission);
  }

  return {
    async submit(submissions, alongside) {
      for (;;) {
        const unknown = unknownAmong(submissions);
        const finished = unknown.length === 0 ? none : await finishedAmong(unknown);
        ports.refuse();
        const applied = applyAll(submissions, finished);
        if (!(applied instanceof Promise)) return makeDurable(applied, alongside);
        await applied;
      }
    },
    include,
    undecided: (operationId) => undecided.get(operationId),
  };
}

function openPromise(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
