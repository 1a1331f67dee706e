import { StoreUnavailableError, UserError } from "../core/errors.ts";
import { explainBlockers } from "../core/explain.ts";
import { lanes, operationIs } from "../core/operation.ts";
import type { Lane, Operation } from "../core/operation.ts";
import type { Clock, NewId } from "../core/ports/clock.ts";
import type { Engine, EngineStatus, Explanation, PauseScope } from "../core/ports/engine.ts";
import type { Step } from "../core/ports/step.ts";
import type { Store } from "../core/ports/store.ts";
import { createBreakerPanel } from "./breaker.ts";
import { createExecutor } from "./executor.ts";
import { asksForOpenOnly, listOpen, listOperations, standing } from "./history.ts";
import type { EngineOptions } from "./options.ts";
import { lanesOf, writePaused } from "./pauses.ts";
import { createPlanner } from "./planner.ts";
import { crashesOf, recover } from "./recovery.ts";
import type { Reason } from "./recovery.ts";
import { retrySubmission } from "./retry.ts";
import { createState } from "./state.ts";
import { createSubmitter } from "./submission.ts";
import { watchStore } from "./watch.ts";

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

/** How long to wait before the disk is tried again, in milliseconds. */
const probeEveryMs = 1000;

/** The engine of one process over one store: reads back what was under way, and goes on with it. */
export async function createEngine(ports: EnginePorts, options: EngineOptions): Promise<Engine> {
  const { store, clock, newId } = ports;
  let mending: Promise<void> | undefined;
  let draining = false;
  const state = createState({ ...ports, onStorageLost }, options);
  const submitter = createSubmitter({ state, store, newId }, options);
  const breakers = createBreakerPanel(
    { clock, schedule: () => state.schedule, wake: state.wake },
    options.breaker,
  );
  const executor = createExecutor(
    { ...ports, state, breakers, supersedeProvision, queueDestroy },
    options,
  );
  state.onWake(createPlanner(state, executor.start));

  function onStorageLost(error: unknown): void {
    if (mending !== undefined) return;
    ports.report(error, undefined);
    state.schedule.setStorage(false, clock.now());
    mending = mend().finally(() => {
      mending = undefined;
      state.wake();
    });
  }

  /** Lets everything go, waits until the disk takes writes again, and goes on from what is on it. */
  async function mend(): Promise<void> {
    await executor.stopAll("storage");
    while (!(await store.probe())) {
      await new Promise<void>((resolve) => void clock.after(probeEveryMs, resolve));
    }
    await readBack("storage");
  }

  async function readBack(reason: Reason): Promise<void> {
    for (const operation of await recover({ store, state }, options, reason)) {
      const message = `Cannot go on with "${operation.thopterName}": the hub died ${crashesOf(operation)} times in the same step. Look at its log, then retry it.`;
      const error = { message, retryable: false, causes: [] };
      executor.end({ ...operation, error }, { status: "failed", now: clock.now() });
    }
    for (const operation of state.work.operations()) limitQueueTime(operation);
    await state.flush();
  }

  function limitQueueTime({ id, createdAt, kind }: Operation): void {
    const limit = options.queueTimeoutMs;
    if (limit === undefined || kind !== "provision") return;
    clock.after(Math.max(0, createdAt + limit - clock.now()), () => {
      const operation = state.work.operation(id);
      if (operation?.status !== "queued" || operation.startedAt !== undefined) return;
      const message = `Cannot provision "${operation.thopterName}": it waited longer than ${Math.round(limit / 1000)} s for its turn. Ask again, or raise QUEUE_TIMEOUT.`;
      const error = { message, retryable: true, causes: [] };
      executor.end({ ...operation, error }, { status: "failed", now: clock.now() });
    });
  }

  function queueDestroy(provision: Operation): void {
    submitter.include({
      kind: "destroy",
      thopterId: provision.thopterId,
      actor: { kind: "system", name: "cleanup" },
      front: "system",
      reason: `its provision ${provision.status}`,
    });
  }

  async function supersedeProvision(thopterId: string): Promise<boolean> {
    const provision = state.work.openOf(thopterId).find(({ kind }) => kind === "provision");
    if (provision === undefined) return false;
    const by = { kind: "system", name: "destroy" } as const;
    await cancelOpen(provision, { actor: by, reason: "its thopter is being destroyed" });
    return true;
  }

  async function cancelOpen(
    operation: Operation,
    by: Parameters<Engine["cancel"]>[1],
  ): Promise<void> {
    const cancelRequested = { at: clock.now(), by: by.actor, reason: by.reason };
    if (operation.status === "queued") {
      executor.end({ ...operation, cancelRequested }, { status: "canceled", now: clock.now() });
    } else {
      state.putOperation({ ...operation, cancelRequested });
      await state.flush();
      await executor.stop(operation.id, "canceled");
    }
    await state.flush();
  }

  function refuseWhileMending(): void {
    if (mending === undefined) return;
    throw new StoreUnavailableError(
      "Cannot record the request: the hub's disk takes no writes. Nothing was accepted; free some space or mend the disk, then ask again.",
    );
  }

  async function mustGet(operationId: string): Promise<Operation> {
    const operation = await get(operationId);
    if (operation !== undefined) return operation;
    throw new UserError(
      `Cannot find operation "${operationId}": there is none with that id. list_operations shows those that exist.`,
      { code: "not_found" },
    );
  }

  async function get(operationId: string): Promise<Operation | undefined> {
    return store.get("operation", operationId);
  }

  function refuseCancel(operation: Operation): void {
    const past = ports.steps.find(
      (step) =>
        step.pointOfNoReturn === true &&
        step.kind === operation.kind &&
        operation.steps.some(({ name }) => name === step.name),
    );
    if (operationIs.open(operation) && past === undefined) return;
    const why =
      past === undefined ? `it has ${operation.status} already` : `"${past.name}" has begun`;
    throw new UserError(`Cannot cancel operation "${operation.id}": ${why}.`, { code: "conflict" });
  }

  async function explain(operationId: string): Promise<Explanation> {
    const operation = await mustGet(operationId);
    const present = state.work.operation(operationId);
    if (present?.status !== "queued" || !state.schedule.has(operationId)) {
      return { operation, blockers: [], ahead: 0, words: standing(operation) };
    }
    const now = clock.now();
    const blockers = state.schedule.blockers(operationId, now);
    const ahead = state.schedule.ahead(operationId);
    const startsInMs = state.startsInMs(present.lane, ahead);
    const words = explainBlockers(blockers, ahead, now);
    const explanation: Explanation = { operation, blockers, ahead, words };
    if (startsInMs !== undefined && blockers.length > 0) explanation.startsInMs = startsInMs;
    return explanation;
  }

  async function setPaused(scope: PauseScope, paused: boolean): Promise<void> {
    refuseWhileMending();
    const named = lanesOf(scope);
    const next = lanes.filter((lane) =>
      named.includes(lane) ? paused : state.schedule.counts(lane).paused,
    );
    await writePaused(store, next);
    for (const lane of named) state.schedule.setPaused(lane, paused, clock.now());
    state.wake();
  }

  function laneStatus(lane: Lane): EngineStatus["lanes"][number] {
    return { lane, ...state.schedule.counts(lane), limit: options.limits.lanes[lane] };
  }

  await readBack("start");
  state.wake();

  return {
    async submit(submissions, alongside) {
      refuseWhileMending();
      const submitted = await submitter.submit(submissions, alongside);
      for (const { operation, outcome } of submitted)
        if (outcome === "new") limitQueueTime(operation);
      return submitted;
    },
    async cancel(operationId, by) {
      refuseWhileMending();
      refuseCancel(state.work.operation(operationId) ?? (await mustGet(operationId)));
      const operation = state.work.operation(operationId);
      if (operation !== undefined) await cancelOpen(operation, by);
      return mustGet(operationId);
    },
    async retry(operationId, by) {
      refuseWhileMending();
      const operation = await mustGet(operationId);
      const thopter = await store.get("thopter", operation.thopterId);
      const isNameFree = (name: string): boolean => state.work.thopterNamed(name) === undefined;
      const again = retrySubmission(operation, thopter, {
        ...by,
        newId,
        now: clock.now(),
        isNameFree,
      });
      const [submitted] = await submitter.submit([again]);
      // One submission has one answer.
      return submitted!.operation;
    },
    pause: (scope) => setPaused(scope, true),
    resume: (scope) => setPaused(scope, false),
    async amend(thopterId, change) {
      refuseWhileMending();
      const thopter = state.work.thopter(thopterId);
      if (thopter === undefined) {
        throw new UserError(`Cannot change thopter "${thopterId}": there is none with that id.`, {
          code: "not_found",
        });
      }
      const patch = change(thopter);
      if (patch === undefined) return thopter;
      const changed = state.putThopter({ ...thopter, ...patch });
      await state.flush();
      return changed;
    },
    get,
    async list(filter = {}) {
      if (!asksForOpenOnly(filter)) return listOperations(store, filter);
      await state.flush();
      return listOpen(state.work.operations(), filter);
    },
    explain,
    async status() {
      const { capacity, breakers: broken } = state.schedule;
      return {
        lanes: lanes.map(laneStatus),
        thopters: { used: capacity.used, limit: options.limits.thopters },
        draining,
        accepting: mending === undefined,
        breakers: broken
          .list()
          .map(({ provider, lane, state: { state: is } }) => ({ provider, lane, state: is })),
      };
    },
    async thopters() {
      await state.flush();
      return state.work.thopters();
    },
    watch: (signal) => watchStore(store, signal),
    async drain(timeoutMs) {
      draining = true;
      state.schedule.setDraining(true, clock.now());
      const timeUp = new Promise<void>((resolve) => void clock.after(timeoutMs, resolve));
      await Promise.race([executor.idle(), timeUp]);
      await executor.stopAll("checkpoint");
      await state.flush();
    },
  };
}
