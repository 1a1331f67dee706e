import pLimit from "p-limit";
import { causesOf, isRetryable } from "../core/errors.ts";
import { moveOperation } from "../core/operation.ts";
import type { Lane, Operation, OperationError } from "../core/operation.ts";
import { endOperation } from "../core/outcome.ts";
import type { End } from "../core/outcome.ts";
import type { Step } from "../core/ports/step.ts";
import { backoffMs } from "./backoff.ts";
import type { BreakerPanel } from "./breaker.ts";
import type { EngineOptions } from "./options.ts";
import { createRun } from "./run.ts";
import type { Run } from "./run.ts";
import type { EngineState } from "./state.ts";

/** Why a run was told to stop. */
export class RunStopped extends Error {
  override name = "RunStopped";
  readonly why: "canceled" | "checkpoint" | "storage";

  constructor(why: "canceled" | "checkpoint" | "storage") {
    super(`Stopped: ${why}`);
    this.why = why;
  }
}

/** Runs operations that have a slot, and records how they end. */
export type Executor = {
  start(operationId: string): void;
  /** Tells a run to stop and resolves when it has let go. */
  stop(operationId: string, why: RunStopped["why"]): Promise<void>;
  stopAll(why: RunStopped["why"]): Promise<void>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
  /** Ends an operation, frees its slot, and queues what has to follow. */
  end(operation: Operation, end: End): void;
};

type Active = { run: Run; ended: Promise<void> };

export function createExecutor(
  ports: {
    state: EngineState;
    steps: readonly Step[];
    breakers: BreakerPanel;
    random: () => number;
    redact: (text: string) => string;
    supersedeProvision(thopterId: string): Promise<boolean>;
    queueDestroy(operation: Operation): void;
  },
  options: EngineOptions,
): Executor {
  const { state } = ports;
  const active = new Map<string, Active>();
  const slots: Record<Lane, ReturnType<typeof pLimit>> = {
    destroy: pLimit(options.limits.lanes.destroy),
    provision: pLimit(options.limits.lanes.provision),
    setup: pLimit(options.limits.lanes.setup),
  };

  function begin(operation: Operation): void {
    const now = state.clock.now();
    const started = moveOperation(operation, "running", { startedAt: operation.startedAt ?? now });
    delete started.notBefore;
    delete started.error;
    state.putOperation(started);
    const thopter = state.work.thopter(operation.thopterId);
    if (thopter === undefined) return;
    if (operation.kind === "destroy" && thopter.status !== "destroying") {
      state.putThopter({ ...thopter, status: "destroying" });
    }
    if (operation.kind === "provision" && thopter.status === "requested") {
      state.putThopter({ ...thopter, status: "provisioning" });
    }
  }

  async function runLane(run: Run, operation: Operation): Promise<void> {
    const steps = ports.steps.filter(
      (step) => step.kind === operation.kind && step.lane === operation.lane,
    );
    try {
      // The commit that starts a provision reserves its place in the fleet.
      if (operation.kind === "provision") await state.flush();
      const { provider, lane } = operation;
      await ports.breakers.run({ provider, lane }, () => run.steps(steps, options.graceMs));
      succeed(operation);
    } catch (error) {
      fail(run, error);
    }
  }

  function succeed({ id, lane, kind }: Operation): void {
    const operation = currentOperation(id);
    if (operation === undefined) return;
    if (operation.cancelRequested !== undefined) return end(operation, canceled());
    state.recordDuration(lane, operation);
    if (kind === "provision" && lane === "provision") return handOver(operation);
    end(operation, { status: "succeeded", now: state.clock.now() });
  }

  function handOver(operation: Operation): void {
    requeue({ ...operation, lane: "setup" });
  }

  function requeue(operation: Operation): void {
    const now = state.clock.now();
    const queued = state.putOperation(moveOperation(operation, "queued"));
    state.schedule.release(operation.id, now);
    state.schedule.add(state.scheduled(queued), now);
  }

  function fail(run: Run, error: unknown): void {
    const operation = currentOperation(run.operationId);
    if (operation === undefined) return;
    if (error instanceof RunStopped && error.why === "storage") return;
    if (operation.cancelRequested !== undefined) return end(operation, canceled());
    if (error instanceof RunStopped) return requeue(operation);
    const attempts = operation.attempts + 1;
    const described = describe(error, run.failedStep);
    const failed: Operation = { ...operation, attempts, error: described };
    if (!isRetryable(error) || attempts >= options.maxAttempts) {
      state.report(error, operation);
      return end(failed, { status: "failed", now: state.clock.now() });
    }
    const wait = backoffMs(error, attempts, { backoff: options.backoff, random: ports.random });
    requeue({ ...failed, notBefore: state.clock.now() + wait });
  }

  function describe(error: unknown, step: string | undefined): OperationError {
    const causes = causesOf(error).map(ports.redact);
    const described: OperationError = {
      message: causes[0] ?? "Unknown error",
      retryable: isRetryable(error),
      causes: causes.slice(1),
    };
    if (step !== undefined) described.step = step;
    return described;
  }

  function canceled(): End {
    return { status: "canceled", now: state.clock.now() };
  }

  function end(operation: Operation, how: End): void {
    const now = state.clock.now();
    const ended = endOperation(operation, state.work.thopter(operation.thopterId), how);
    delete ended.operation.progress;
    const thopter = ended.thopter === undefined ? undefined : state.putThopter(ended.thopter);
    const finished = state.putOperation(ended.operation);
    if (ended.destroyNeeded) ports.queueDestroy(finished);
    if (operation.status === "running") state.schedule.release(operation.id, now);
    else state.schedule.remove(operation.id, now);
    state.whenDurable((schedule) => {
      schedule.finish(operation.id, state.clock.now());
      if (thopter?.status === "gone") schedule.vacate(thopter.id, state.clock.now());
    });
  }

  function currentOperation(id: string): Operation | undefined {
    const operation = state.work.operation(id);
    return operation?.status === "running" ? operation : undefined;
  }

  async function stop(operationId: string, why: RunStopped["why"]): Promise<void> {
    const found = active.get(operationId);
    found?.run.abort(new RunStopped(why));
    await found?.ended;
  }

  return {
    start(operationId) {
      const operation = state.work.operation(operationId);
      if (operation === undefined) throw new Error(`Cannot start operation "${operationId}"`);
      state.schedule.start(operationId, state.clock.now());
      begin(operation);
      const run = createRun(operationId, {
        records: state,
        clock: state.clock,
        supersedeProvision: ports.supersedeProvision,
      });
      const ended = slots[operation.lane](() => runLane(run, operation)).finally(() => {
        if (active.get(operationId)?.run === run) active.delete(operationId);
        state.wake();
      });
      active.set(operationId, { run, ended });
    },
    stop,
    async stopAll(why) {
      await Promise.all([...active.keys()].map((id) => stop(id, why)));
    },
    async idle() {
      while (active.size > 0) await Promise.all([...active.values()].map(({ ended }) => ended));
    },
    end,
  };
}
