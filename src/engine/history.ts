import { operationIs } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { OperationFilter } from "../core/ports/engine.ts";
import { stepCountOf, stepCountWords } from "../core/step-count.ts";
import type { Store } from "../core/ports/store.ts";

const pageSize = 200;
/** How far back a search goes: older operations are found by their id. */
const mostRead = 20_000;

/** Operations on record that fit the filter, newest first. */
export async function listOperations(store: Store, filter: OperationFilter): Promise<Operation[]> {
  const limit = filter.limit ?? 50;
  const found: Operation[] = [];
  let after = filter.before;
  for (let read = 0; read < mostRead; read += pageSize) {
    const page = await store.list("operation", {
      limit: pageSize,
      newestFirst: true,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.filter((operation) => isWanted(operation, filter)));
    if (found.length >= limit || page.length < pageSize) break;
    after = page.at(-1)?.id;
  }
  return found.slice(0, limit);
}

/** The open ones among these that fit the filter, newest first. */
export function listOpen(operations: readonly Operation[], filter: OperationFilter): Operation[] {
  return operations
    .filter((operation) => isWanted(operation, filter))
    .filter(({ id }) => filter.before === undefined || id < filter.before)
    .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, filter.limit);
}

/** Whether a filter asks for open operations only, which are all in memory. */
export function asksForOpenOnly({ status }: OperationFilter): boolean {
  return status !== undefined && status.every((one) => operationIs.open({ status: one }));
}

function isWanted(operation: Operation, filter: OperationFilter): boolean {
  if (filter.thopterId !== undefined && operation.thopterId !== filter.thopterId) return false;
  return filter.status === undefined || filter.status.includes(operation.status);
}

/** How an operation that waits for nothing stands, in words. */
export function standing(operation: Operation): string {
  if (operation.status === "canceled") return "It was canceled.";
  if (operationIs.finished(operation)) return `It has ${operation.status}.`;
  const step = operation.steps.findLast((record) => record.status === "running");
  if (step === undefined) return "It runs.";
  const count = stepCountOf(operation);
  if (count === undefined) return `It runs: ${step.name}.`;
  return `It runs step ${stepCountWords(count)}: ${step.name}.`;
}
