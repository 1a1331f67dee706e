import pLimit from "p-limit";
import { isRetryable } from "../core/errors.ts";
import { moveOperation } from "../core/operation.ts";
import type { Lane, Operation, OperationKind } from "../core/operation.ts";
import { endOperation } from "../core/outcome.ts";
import type { End } from "../core/outcome.ts";
import type { Step } from "../core/ports/step.ts";
import { holdsCapacity } from "../core/thopter.ts";
import { backoffMs } from "./backoff.ts";
import type { BreakerPanel } from "./breaker.ts";
import { describeError } from "./describe-error.ts";
import type { EngineOptions } from "./options.ts";
import { createRun } from "./run.ts";
import type { Run } from "./run.ts";
import { RunStopped } from "./run-stopped.ts";
import type { EngineState } from "./state.ts";
import { createTimeLimiter } from "./time-limit.ts";

/** Runs operations that have a slot, and records how they end. */
export type Executor = {
  start(operationId: string): void;
  /** Tells a run to stop and resolves when it has let go. */
  stop(operationId: string, why: RunStopped["why"]): Promise<void>;
  stopAll(why: RunStopped["why"]): Promise<void>;
  /** Resolves when nothing runs, or when the time is up. */
  idleWithin(timeoutMs: number): Promise<void>;
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
  const withTimeLimit = createTimeLimiter(state.clock);
  const stepNames = namesByKind(ports.steps);
  const active = new Map<string, Active>();
  const slots: Record<Lane, ReturnType<typeof pLimit>> = {
    destroy: pLimit(options.limits.lanes.destroy),
    provision: pLimit(options.limits.lanes.provision),
    setup: pLimit(options.limits.lanes.setup),
  };

  function begin(operation: Operation): void {
    const started = moveOperation(operation, "running", {
      startedAt: operation.startedAt ?? state.clock.now(),
      // A hub of another version may have other steps than the one that began it.
      stepNames: stepNames[operation.kind],
    });
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
    const { kind, provider, lane } = operation;
    const steps = ports.steps.filter((step) => step.kind === kind && step.lane === lane);
    const began = state.clock.now();
    try {
      // The commit that starts a provision reserves its place in the fleet.
      if (kind === "provision") await state.flush();
      await ports.breakers.run({ provider, lane }, () => run.steps(steps, options.graceMs));
      state.recordDuration(lane, state.clock.now() - began);
      succeed(run, operation);
    } catch (error) {
      fail(run, error);
    }
  }

  function succeed(run: Run, { lane, kind }: Operation): void {
    const operation = currentOperation(run);
    if (operation === undefined) return;
    if (operation.cancelRequested !== undefined) return end(operation, canceled());
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
    const operation = currentOperation(run);
    if (operation === undefined) return;
    if (operation.cancelRequested !== undefined) return end(operation, canceled());
    if (error instanceof RunStopped) return requeue(operation);
    const attempts = operation.attempts + 1;
    const described = describeError(error, run.failedStep, ports.redact);
    const failed: Operation = { ...operation, attempts, error: described };
    if (!isRetryable(error) || attempts >= options.maxAttempts) {
      state.report(error, operation);
      return end(failed, { status: "failed", now: state.clock.now() });
    }
    const wait = backoffMs(error, attempts, { backoff: options.backoff, random: ports.random });
    requeue({ ...failed, notBefore: state.clock.now() + wait });
  }

  function canceled(): End {
    return { status: "canceled", now: state.clock.now() };
  }

  function end(operation: Operation, how: End): void {
    const now = state.clock.now();
    const thopterId = operation.thopterId;
    const provisionGoesOn = state.work.openOf(thopterId).some(({ kind }) => kind === "provision");
    const standing = { ...how, provisionGoesOn };
    const ended = endOperation(operation, state.work.thopter(thopterId), standing);
    delete ended.operation.progress;
    const thopter = ended.thopter === undefined ? undefined : state.putThopter(ended.thopter);
    const finished = state.putOperation(ended.operation);
    if (ended.destroyNeeded) ports.queueDestroy(finished);
    if (operation.status === "running") state.schedule.release(operation.id, now);
    else if (state.schedule.has(operation.id)) state.schedule.remove(operation.id, now);
    state.whenDurable((schedule) => {
      schedule.finish(operation.id, state.clock.now());
      if (thopter !== undefined && !holdsCapacity(thopter)) {
        schedule.vacate(thopter.id, state.clock.now());
      }
    });
  }

  /** What a run may still decide about: after a lost disk what is on disk decides. */
  function currentOperation(run: Run): Operation | undefined {
    const operation = state.work.operation(run.operationId);
    const isCurrent = operation?.status === "running" && run.stoppedFor !== "storage";
    return isCurrent ? operation : undefined;
  }

  async function stop(operationId: string, why: RunStopped["why"]): Promise<void> {
    const found = active.get(operationId);
    found?.run.abort(new RunStopped(why));
    await found?.ended;
  }

  async function idle(): Promise<void> {
    while (active.size > 0) await Promise.all([...active.values()].map(({ ended }) => ended));
  }

  return {
    start(operationId) {
      const operation = state.work.operation(operationId);
      if (operation === undefined) throw new Error(`Cannot start operation "${operationId}"`);
      state.schedule.start(operationId, state.clock.now());
      begin(operation);
      const run = createRun(operationId, {
        records: state,
        ...{ clock: state.clock, withTimeLimit },
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
    async idleWithin(timeoutMs) {
      let cancelTimer = (): void => undefined;
      const timeUp = new Promise<void>((resolve) => {
        cancelTimer = state.clock.after(timeoutMs, resolve);
      });
      await Promise.race([idle(), timeUp]);
      cancelTimer();
    },
    end,
  };
}

function namesByKind(steps: readonly Step[]): Record<OperationKind, string[]> {
  const of = (kind: OperationKind): string[] =>
    steps.filter((step) => step.kind === kind).map(({ name }) => name);
  return { provision: of("provision"), destroy: of("destroy") };
}
