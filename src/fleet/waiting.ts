import type { Caller } from "../core/actor.ts";
import { operationIs } from "../core/operation.ts";
import { requireRole } from "../core/permission.ts";
import type { ApprovalView, Fleet, OperationView, ThopterView } from "../core/ports/fleet.ts";
import type { Write } from "../core/ports/store.ts";
import { isSettled } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import type { WaitProgress } from "../core/waiting.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";
import { UserError } from "../core/errors.ts";

/** How often a wait says that it still waits, in milliseconds. */
const progressEveryMs = 5000;
const longestWaitMs = 10 * 60_000;

type Parts = { ports: FleetPorts; directory: Directory; views: Views };
type Watch = { signal: AbortSignal; onProgress?: WaitProgress };

/** One look at what is waited for. */
type Look<T> = { answer: T; done: number; total: number; words: string };

/** Waiting for thopters and operations. It ends with the condition, the time or the caller, and changes nothing. */
export function createWaiting({
  ports,
  directory,
  views,
}: Parts): Pick<Fleet, "waitForThopters" | "waitForOperations"> {
  const { engine, store, clock } = ports;

  /** Looks again after each relevant change until enough is done. */
  async function waitUntil<T>(
    look: () => Promise<Look<T>>,
    isRelevant: (write: Write) => boolean,
    limits: Watch & { mode: "any" | "all"; timeoutMs: number },
  ): Promise<{ done: boolean; answer: T }> {
    const ended = new AbortController();
    const cancelTimer = clock.after(Math.min(limits.timeoutMs, longestWaitMs), () => ended.abort());
    const signal = AbortSignal.any([limits.signal, ended.signal]);
    // Watching begins before the first look, so that no change falls between the two.
    const changes = engine.watch(signal);
    const stopProgress = limits.onProgress === undefined ? undefined : repeat(report);
    let latest: Look<T> | undefined;

    function report(): void {
      if (latest !== undefined) limits.onProgress?.(latest.done, latest.total, latest.words);
    }

    async function lookAgain(): Promise<{ done: boolean; answer: T }> {
      const seen = await look();
      latest = seen;
      report();
      const enough = limits.mode === "all" ? seen.total : Math.min(1, seen.total);
      return { done: seen.done >= enough, answer: seen.answer };
    }

    try {
      let result = await lookAgain();
      if (result.done) return result;
      for await (const write of changes) {
        if (!isRelevant(write)) continue;
        result = await lookAgain();
        if (result.done) break;
      }
      return result;
    } finally {
      cancelTimer();
      stopProgress?.();
      ended.abort();
    }
  }

  function repeat(run: () => void): () => void {
    let cancel = clock.after(progressEveryMs, again);
    function again(): void {
      run();
      cancel = clock.after(progressEveryMs, again);
    }
    return () => cancel();
  }

  async function lookAtThopters(
    caller: Caller,
    ids: readonly string[],
    until: "ready" | "settled",
  ): Promise<Look<ThopterView[]>> {
    const living = new Map((await engine.thopters()).map((thopter) => [thopter.id, thopter]));
    const found = await Promise.all(
      ids.map(async (id) => living.get(id) ?? (await store.get("thopter", id))),
    );
    const thopters = found.filter((thopter) => thopter !== undefined);
    const isDone = until === "ready" ? isThroughProvision : isSettled;
    const done = thopters.filter(isDone).length;
    return {
      answer: thopters.map((thopter) => views.thopter(caller, thopter)),
      done,
      total: ids.length,
      words: thopters
        .map((thopter) => `${thopter.name}: ${thopter.agentState?.status ?? thopter.status}`)
        .join(", "),
    };
  }

  /** An approval stands for the operations that it queues, and for itself only while there are none. */
  async function lookAtOperations(
    caller: Caller,
    ids: readonly string[],
    relevant: Set<string>,
  ): Promise<Look<{ operations: OperationView[]; approvals: ApprovalView[] }>> {
    const approvals: ApprovalView[] = [];
    const operationIds = new Set<string>();
    for (const id of ids) {
      const approval = await store.get("approval", id);
      if (approval === undefined) operationIds.add(id);
      else approvals.push(views.approval(caller, approval));
      for (const queued of approval?.operationIds ?? []) operationIds.add(queued);
    }
    for (const id of operationIds) relevant.add(id);
    const operations = await Promise.all([...operationIds].map((id) => mustView(caller, id)));
    const alone = approvals.filter((approval) => approval.operationIds.length === 0);
    const undecided = alone.filter(
      ({ status, expiresAt }) => status === "pending" && expiresAt > clock.now(),
    );
    const words = [
      ...operations.map(({ kind, thopterName, status }) => `${kind} ${thopterName}: ${status}`),
      ...alone.map(({ status }) => `approval: ${status}`),
    ].join(", ");
    const total = operations.length + alone.length;
    const open = operations.filter(operationIs.open).length + undecided.length;
    return { answer: { operations, approvals }, done: total - open, total, words };
  }

  async function mustView(caller: Caller, id: string): Promise<OperationView> {
    const operation = await engine.get(id);
    if (operation !== undefined) return views.operation(caller, operation);
    throw new UserError(
      `Cannot wait for "${id.slice(0, 60)}": it is neither an operation nor an approval. list_operations shows those that exist.`,
      { code: "not_found" },
    );
  }

  return {
    async waitForThopters(caller, request, watch) {
      requireRole(caller, "viewer", "wait for thopters");
      const thopters = await directory.findAllOnRecord(request.thopters);
      const ids = thopters.map(({ id }) => id);
      const { done, answer } = await waitUntil(
        () => lookAtThopters(caller, ids, request.until),
        ({ kind, record }) => kind === "thopter" && ids.includes(record.id),
        { ...watch, mode: request.mode, timeoutMs: request.timeoutMs },
      );
      return { done, thopters: answer };
    },
    async waitForOperations(caller, request, watch) {
      requireRole(caller, "viewer", "wait for operations");
      const ids = [...new Set(request.ids)];
      const relevant = new Set(ids);
      const { done, answer } = await waitUntil(
        () => lookAtOperations(caller, ids, relevant),
        ({ kind, record }) =>
          (kind === "operation" || kind === "approval") && relevant.has(record.id),
        { ...watch, mode: request.mode, timeoutMs: request.timeoutMs },
      );
      return { done, ...answer };
    },
  };
}

/** Whether the provision has come to an end, well or not. */
function isThroughProvision({ status }: Thopter): boolean {
  return status === "ready" || status === "failed" || status === "gone";
}
