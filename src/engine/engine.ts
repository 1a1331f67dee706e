import type { OpenWork } from "../core/acceptance.ts";
import { StoreUnavailableError, UserError } from "../core/errors.ts";
import { lanes } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Clock, NewId } from "../core/ports/clock.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { Step } from "../core/ports/step.ts";
import type { Store } from "../core/ports/store.ts";
import type { Thopter } from "../core/thopter.ts";
import { createBreakerPanel } from "./breaker.ts";
import { createCanceler } from "./cancel.ts";
import { createExecutor } from "./executor.ts";
import type { EngineOptions } from "./options.ts";
import { createPauses } from "./pauses.ts";
import { createPlanner } from "./planner.ts";
import { createQuestions } from "./questions.ts";
import { createQueueLimit } from "./queue-limit.ts";
import { crashesOf, recover } from "./recovery.ts";
import type { Reason } from "./recovery.ts";
import { retrySubmission } from "./retry.ts";
import { createState } from "./state.ts";
import { createStorageGuard } from "./storage-guard.ts";
import { createSubmitter } from "./submission.ts";
import { watchStore } from "./watch.ts";

type By = Parameters<Engine["retry"]>[1];

export type EnginePorts = {
  store: Store;
  clock: Clock;
  newId: NewId;
  /** In [0, 1): spreads the backoffs. */
  random: () => number;
  steps: readonly Step[];
  /** Takes secrets out of text before it is recorded. */
  redact: (text: string) => string;
  /** Hears of what went wrong: failed operations, a lost disk. */
  report: (error: unknown, about: Operation | undefined) => void;
};

/** The engine of one process over one store: reads back what was under way, and goes on with it. */
export async function createEngine(ports: EnginePorts, options: EngineOptions): Promise<Engine> {
  const { store, clock, newId } = ports;
  const guard = createStorageGuard(ports, {
    letGo() {
      state.schedule.setStorage(false, clock.now());
      return executor.stopAll("storage");
    },
    readBack: () => readBack("storage"),
    goOn: () => state.wake(),
  });
  const state = createState({ ...ports, onStorageLost: guard.lost }, options);
  const submitter = createSubmitter(
    {
      state,
      store,
      newId,
      refuse: guard.refuse,
      entered: (operation) => limitQueueTime(operation),
    },
    options,
  );
  const breakers = createBreakerPanel(
    { clock, schedule: () => state.schedule, wake: state.wake },
    options.breaker,
  );
  const executor = createExecutor(
    {
      ...{ ...ports, state, breakers, queueDestroy },
      supersedeProvision: (thopterId) => canceler.supersedeProvision(thopterId),
    },
    options,
  );
  const canceler = createCanceler({ state, executor }, ports.steps);
  const questions = createQuestions(state, store);
  const setPaused = createPauses(state, store);
  const limitQueueTime = createQueueLimit(
    { state, end: executor.end, isOpen: () => guard.isOpen },
    options.queueTimeoutMs,
  );
  state.onWake(createPlanner(state, executor.start));

  async function readBack(reason: Reason): Promise<void> {
    await recover({ store, state }, options, reason);
    for (const operation of state.work.operations()) endOrLimit(operation);
    await state.flush();
    state.schedule.setStorage(true, clock.now());
  }

  function endOrLimit(operation: Operation): void {
    const now = clock.now();
    if (operation.cancelRequested !== undefined) {
      executor.end(operation, { status: "canceled", now });
    } else if (crashesOf(operation) >= options.maxCrashes) {
      const message = `Cannot go on with "${operation.thopterName}": the hub died ${crashesOf(operation)} times in the same step. Look at its log, then retry it.`;
      const error = { message, retryable: false, causes: [] };
      executor.end({ ...operation, error }, { status: "failed", now });
    } else {
      limitQueueTime(operation);
    }
  }

  function queueDestroy(provision: Operation): void {
    submitter.include({
      kind: "destroy",
      thopterId: provision.thopterId,
      actor: { kind: "system", name: "cleanup" },
      front: "system",
      reason: `its provision ${provision.status === "failed" ? "failed" : "was canceled"}`,
    });
  }

  async function retry(operationId: string, by: By): Promise<Operation> {
    guard.refuse();
    const operation = await questions.mustGet(operationId);
    const thopter = await store.get("thopter", operation.thopterId);
    const isNameFree = (name: string): boolean => state.work.thopterNamed(name) === undefined;
    const context = { ...by, newId, now: clock.now(), isNameFree };
    const again = retrySubmission(operation, thopter, context);
    const [submitted] = await submitter.submit([again], by.alongside);
    // One submission has one answer.
    return submitted!.operation;
  }

  await readBack("start");
  guard.open();
  state.wake();

  return {
    submit: submitter.submit,
    async cancel(operationId, by) {
      while (submitter.undecided(operationId) !== undefined) {
        await submitter.undecided(operationId);
      }
      guard.refuse();
      await canceler.cancel(
        state.work.operation(operationId) ?? (await questions.mustGet(operationId)),
        by,
      );
      return questions.mustGet(operationId);
    },
    retry,
    async pause(scope) {
      guard.refuse();
      await setPaused(scope, true);
    },
    async resume(scope) {
      guard.refuse();
      await setPaused(scope, false);
    },
    async amend(thopterId, change) {
      guard.refuse();
      const thopter = state.work.thopter(thopterId);
      if (thopter === undefined) {
        throw new UserError(
          `Cannot change thopter "${thopterId}": there is none with that id. list_thopters shows those that exist.`,
          { code: "not_found" },
        );
      }
      const patch = change(thopter);
      if (patch === undefined) return thopter;
      const changed = state.putThopter(amended(state.work, thopter, patch));
      await state.flush();
      return changed;
    },
    get: questions.get,
    list: questions.list,
    explain: questions.explain,
    async status() {
      const { capacity, breakers: broken } = state.schedule;
      return {
        lanes: lanes.map((lane) => ({
          ...{ lane, ...state.schedule.counts(lane) },
          limit: options.limits.lanes[lane],
        })),
        thopters: { used: capacity.used, limit: options.limits.thopters },
        draining: state.draining,
        accepting: guard.isOpen,
        breakers: broken
          .list()
          .map(({ provider, lane, state: { state: is } }) => ({ provider, lane, state: is })),
      };
    },
    async thopters() {
      return state.durable.thopters();
    },
    watch: (signal) => watchStore(store, signal),
    async drain(timeoutMs) {
      state.startDraining();
      await executor.idleWithin(timeoutMs);
      await executor.stopAll("checkpoint");
      guard.close();
      await state.flush().catch(passOverLostDisk);
    },
  };
}

/** A name is given in the same moment as it is looked for: no other request comes between the two. */
function amended(work: OpenWork, thopter: Thopter, patch: Partial<Thopter>): Thopter {
  const { name = thopter.name } = patch;
  const namesake = work.thopterNamed(name);
  if (namesake === undefined || namesake.id === thopter.id) return { ...thopter, ...patch };
  throw new UserError(
    `Cannot name "${thopter.name}" "${name}": the name is taken by another thopter. Choose another name.`,
    { code: "conflict" },
  );
}

/** It was reported when it was lost, and the next start resumes from what is on it. */
function passOverLostDisk(error: unknown): void {
  if (!(error instanceof StoreUnavailableError)) throw error;
}
