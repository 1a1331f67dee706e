import { StaleWriteError } from "../core/errors.ts";
import type { Operation, StepRecord } from "../core/operation.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Step, StepContext, StepOutcome } from "../core/ports/step.ts";
import type { Write } from "../core/ports/store.ts";
import type { Thopter } from "../core/thopter.ts";
import { RunStopped } from "./run-stopped.ts";
import { runGraph } from "./step-graph.ts";
import type { TimeLimiter } from "./time-limit.ts";

/** The records that a run may change while it is the one that holds its operation. */
export type RunRecords = {
  operation(id: string): Operation | undefined;
  thopter(id: string): Thopter | undefined;
  changeOperation(id: string, patch: Partial<Operation>): void;
  changeThopter(id: string, patch: Partial<Thopter>): void;
  putOther(writes: readonly Write[]): void;
  /** Throws StaleWriteError where a write would be refused: it must not take others down with it. */
  refuseStale(writes: readonly Write[]): Promise<void>;
  flush(): Promise<void>;
};

export type RunPorts = {
  records: RunRecords;
  clock: Clock;
  withTimeLimit: TimeLimiter;
  supersedeProvision(thopterId: string): Promise<boolean>;
};

/** One operation on its way through one lane. */
export type Run = {
  readonly operationId: string;
  /** Runs the steps that have not succeeded yet. */
  steps(steps: readonly Step[], graceMs: number): Promise<void>;
  /** Tells the steps to stop; they throw `reason`. */
  abort(reason: RunStopped): void;
  /** Why it was told to stop, if it was. */
  readonly stoppedFor: RunStopped["why"] | undefined;
  /** The name of the step that failed first. */
  readonly failedStep: string | undefined;
};

export function createRun(operationId: string, ports: RunPorts): Run {
  const controller = new AbortController();
  let failedStep: string | undefined;

  function current(): Operation {
    const operation = ports.records.operation(operationId);
    if (operation === undefined) {
      throw new StaleWriteError(`Cannot change operation "${operationId}": it was taken over`);
    }
    return operation;
  }

  function currentThopter(): Thopter {
    const { thopterId } = current();
    const thopter = ports.records.thopter(thopterId);
    if (thopter === undefined) throw new StaleWriteError(`Cannot find thopter "${thopterId}"`);
    return thopter;
  }

  function recordStep(record: StepRecord): void {
    const { steps } = current();
    const others = steps.filter((step) => step.name !== record.name);
    ports.records.changeOperation(operationId, { steps: [...others, record] });
  }

  /** What a step sees. A step that was abandoned can change nothing through it any more. */
  function contextFor(name: string, signal: AbortSignal, isOver: () => boolean): StepContext {
    function refuseLate(): void {
      if (isOver())
        throw new StaleWriteError(`Cannot change "${operationId}": its step was abandoned`);
    }
    return {
      operation: current(),
      thopter: currentThopter,
      signal,
      progress(text) {
        refuseLate();
        // Steps run side by side: what is said carries the name of the one that says it.
        ports.records.changeOperation(operationId, { progress: `${name}: ${text}` });
      },
      async record(patch) {
        refuseLate();
        ports.records.changeThopter(currentThopter().id, patch);
        await ports.records.flush();
      },
      async supersedeProvision() {
        refuseLate();
        return ports.supersedeProvision(current().thopterId);
      },
    };
  }

  async function runStep(step: Step, graceMs: number): Promise<void> {
    const { steps, cancelRequested } = current();
    const before = steps.find((record) => record.name === step.name);
    if (before?.status === "succeeded" || before?.status === "skipped") return;
    controller.signal.throwIfAborted();
    // The abort comes once the request is on disk; nothing may begin in between.
    if (cancelRequested !== undefined) throw new RunStopped("canceled");
    const begun: StepRecord = { name: step.name, status: "running", startedAt: ports.clock.now() };
    if (before?.crashes !== undefined) begun.crashes = before.crashes;
    recordStep(begun);
    if (step.pointOfNoReturn === true) await ports.records.flush();
    let over = false;
    const limit = {
      name: step.name,
      timeoutMs: step.timeoutMs,
      graceMs,
      signal: controller.signal,
    };
    try {
      const outcome = await ports.withTimeLimit(limit, (signal) =>
        step.run(contextFor(step.name, signal, () => over)),
      );
      if (outcome?.writes !== undefined) await ports.records.refuseStale(outcome.writes);
      finishStep(begun, outcome ?? {});
    } catch (error) {
      failedStep ??= step.name;
      recordStep({ ...begun, status: "failed", finishedAt: ports.clock.now() });
      throw error;
    } finally {
      over = true;
    }
  }

  function finishStep(begun: StepRecord, outcome: StepOutcome): void {
    const record: StepRecord = {
      ...begun,
      status: outcome.skipped === true ? "skipped" : "succeeded",
      finishedAt: ports.clock.now(),
    };
    if (outcome.note !== undefined) record.note = outcome.note;
    recordStep(record);
    if (outcome.thopter !== undefined)
      ports.records.changeThopter(currentThopter().id, outcome.thopter);
    if (outcome.writes !== undefined) ports.records.putOther(outcome.writes);
  }

  return {
    operationId,
    steps: (steps, graceMs) =>
      runGraph(
        steps,
        (step) => runStep(step, graceMs),
        (error) => controller.abort(error),
      ),
    abort: (reason) => controller.abort(reason),
    get stoppedFor() {
      const reason: unknown = controller.signal.reason;
      return reason instanceof RunStopped ? reason.why : undefined;
    },
    get failedStep() {
      return failedStep;
    },
  };
}
