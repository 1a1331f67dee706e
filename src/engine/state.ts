import { StaleWriteError } from "../core/errors.ts";
import { createEstimator } from "../core/estimate.ts";
import type { Estimator } from "../core/estimate.ts";
import { rankOf } from "../core/operation.ts";
import type { Lane, Operation } from "../core/operation.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Store } from "../core/ports/store.ts";
import { createSchedule } from "../core/schedule.ts";
import type { Schedule, ScheduledOperation } from "../core/schedule.ts";
import type { Thopter } from "../core/thopter.ts";
import { createDurableView } from "./durable-view.ts";
import type { DurableView } from "./durable-view.ts";
import { createLedger } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { createWorkIndex } from "./open-work.ts";
import type { WorkIndex } from "./open-work.ts";
import type { EngineOptions } from "./options.ts";
import type { RunRecords } from "./run.ts";

/** What the parts of the engine share: the newest accepted records, the schedule over them, and the way to disk. */
export type EngineState = RunRecords & {
  readonly clock: Clock;
  readonly work: WorkIndex;
  /** Starts nothing from a reset until it is told that records can be written. */
  readonly schedule: Schedule;
  readonly durable: DurableView;
  readonly ledger: Ledger;
  putOperation(operation: Operation): Operation;
  putThopter(thopter: Thopter): Thopter;
  /** What the schedule needs to know of an operation. */
  scheduled(operation: Operation): ScheduledOperation;
  /** Calls back once everything put so far is on disk; never when that fails. */
  whenDurable(then: (schedule: Schedule) => void): void;
  recordDuration(lane: Lane, ms: number): void;
  startsInMs(lane: Lane, ahead: number): number | undefined;
  /** Forgets all that is read back from the store next. */
  reset(): void;
  readonly draining: boolean;
  startDraining(): void;
  wake(): void;
  onWake(planner: () => void): void;
  report(error: unknown, about: Operation | undefined): void;
};

type Callback = Parameters<EngineState["whenDurable"]>[0];

export type StatePorts = {
  store: Store;
  clock: Clock;
  onStorageLost: (error: unknown) => void;
  report: (error: unknown, about: Operation | undefined) => void;
};

export function createState(ports: StatePorts, options: EngineOptions): EngineState {
  const { clock, store } = ports;
  const ledger = createLedger(store, ports.onStorageLost);
  const estimators: Record<Lane, Estimator> = {
    destroy: createEstimator(),
    provision: createEstimator(),
    setup: createEstimator(),
  };
  let work = createWorkIndex();
  let planner = (): void => undefined;
  let draining = false;
  /** What waits for the same commit is told together. */
  let durableWith: { flushed: Promise<void>; callbacks: Callback[] } | undefined;
  const durable = createDurableView(store);
  let schedule = newSchedule();

  /** What is known of the world outlives what is known of the work. */
  function newSchedule(before?: Schedule): Schedule {
    const fresh = createSchedule(options.limits);
    fresh.setStorage(false, clock.now());
    if (draining) fresh.setDraining(true, clock.now());
    for (const { state, ...target } of before?.breakers.list() ?? []) {
      fresh.setBreaker(target, state, clock.now());
    }
    return fresh;
  }

  /** Whether it is open or its end is not on disk yet. */
  function isUnfinished(id: string): boolean {
    return work.operation(id) !== undefined || durable.operation(id) !== undefined;
  }

  function putOperation(operation: Operation): Operation {
    const record = ledger.putOperation(operation);
    work.putOperation(record);
    return record;
  }

  function putThopter(thopter: Thopter): Thopter {
    const record = ledger.putThopter(thopter);
    work.putThopter(record);
    return record;
  }

  return {
    clock,
    ledger,
    get work() {
      return work;
    },
    get schedule() {
      return schedule;
    },
    durable,
    get draining() {
      return draining;
    },
    startDraining() {
      draining = true;
      schedule.setDraining(true, clock.now());
    },
    operation: (id) => work.operation(id),
    thopter: (id) => work.thopter(id),
    putOperation,
    putThopter,
    changeOperation(id, patch) {
      const operation = work.operation(id);
      if (operation !== undefined) putOperation({ ...operation, ...patch });
    },
    changeThopter(id, patch) {
      const thopter = work.thopter(id);
      if (thopter !== undefined) putThopter({ ...thopter, ...patch });
    },
    putOther: ledger.putOther,
    async refuseStale(writes) {
      for (const { kind, record } of writes) {
        const before = (await store.get(kind, record.id))?.version ?? 0;
        if (record.version === before + 1) continue;
        throw new StaleWriteError(
          `Cannot write version ${record.version} of ${kind} "${record.id}": its newest version is ${before}`,
        );
      }
    },
    flush: ledger.flush,
    scheduled: (operation) => ({
      id: operation.id,
      lane: operation.lane,
      rank: rankOf(operation),
      thopterId: operation.thopterId,
      ownerId: operation.ownerId,
      provider: operation.provider,
      notBefore: operation.notBefore,
      after: operation.after.filter(isUnfinished),
    }),
    whenDurable(then) {
      const flushed = ledger.flush();
      if (flushed === durableWith?.flushed) {
        durableWith.callbacks.push(then);
        return;
      }
      const present = schedule;
      const callbacks = [then];
      durableWith = { flushed, callbacks };
      flushed
        .then(() => {
          if (durableWith?.callbacks === callbacks) durableWith = undefined;
          for (const callback of callbacks) callback(present);
        })
        .then(planner)
        .catch(ports.onStorageLost);
    },
    recordDuration: (lane, ms) => estimators[lane].record(ms),
    startsInMs: (lane, ahead) => estimators[lane].startsInMs(ahead, options.limits.lanes[lane]),
    reset() {
      ledger.reset();
      work = createWorkIndex();
      schedule = newSchedule(schedule);
    },
    wake: () => planner(),
    onWake(next) {
      planner = next;
    },
    report: ports.report,
  };
}
