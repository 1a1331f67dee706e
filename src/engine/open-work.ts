import type { OpenWork } from "../core/acceptance.ts";
import { actorKey } from "../core/actor.ts";
import { operationIs } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Thopter } from "../core/thopter.ts";

/** The newest accepted records of what is open: operations, and thopters that are not gone. */
export type WorkIndex = OpenWork & {
  putOperation(operation: Operation): void;
  putThopter(thopter: Thopter): void;
  /** Takes back a record that did not become durable. */
  dropOperation(operation: Operation): void;
  dropThopter(thopter: Thopter): void;
  operations(): Operation[];
  thopters(): Thopter[];
};

const keyName = (actor: string, key: string): string => JSON.stringify([actor, key]);

export function createWorkIndex(): WorkIndex {
  const operations = new Map<string, Operation>();
  const thopters = new Map<string, Thopter>();
  const names = new Map<string, string>();
  const openOf = new Map<string, Set<string>>();
  const provisions = new Map<string, Operation>();
  const keyed = new Map<string, Operation>();
  let queuedProvisions = 0;

  function isQueuedProvision(operation: Operation): boolean {
    return operation.status === "queued" && operation.lane === "provision";
  }

  function forget(operation: Operation): void {
    if (isQueuedProvision(operation)) queuedProvisions -= 1;
    operations.delete(operation.id);
    const open = openOf.get(operation.thopterId);
    open?.delete(operation.id);
    if (open?.size === 0) openOf.delete(operation.thopterId);
  }

  function remember(operation: Operation): void {
    operations.set(operation.id, operation);
    if (isQueuedProvision(operation)) queuedProvisions += 1;
    const open = openOf.get(operation.thopterId) ?? new Set();
    openOf.set(operation.thopterId, open.add(operation.id));
  }

  /** What stays open keeps its place. */
  function replace(before: Operation, operation: Operation): void {
    operations.set(operation.id, operation);
    if (isQueuedProvision(before)) queuedProvisions -= 1;
    if (isQueuedProvision(operation)) queuedProvisions += 1;
  }

  function putOperation(operation: Operation): void {
    const before = operations.get(operation.id);
    const isOpen = operationIs.open(operation);
    if (before !== undefined && isOpen) replace(before, operation);
    else if (before !== undefined) forget(before);
    else if (isOpen) remember(operation);
    if (
      operation.kind === "provision" &&
      (thopters.has(operation.thopterId) || operationIs.open(operation))
    ) {
      provisions.set(operation.thopterId, operation);
    }
    if (operation.key !== undefined)
      keyed.set(keyName(actorKey(operation.actor), operation.key), operation);
  }

  function dropThopter(thopter: Thopter): void {
    thopters.delete(thopter.id);
    provisions.delete(thopter.id);
    if (names.get(thopter.name) === thopter.id) names.delete(thopter.name);
  }

  return {
    operation: (id) => operations.get(id),
    isKnown: (id) => operations.has(id),
    openOf: (thopterId) =>
      [...(openOf.get(thopterId) ?? [])].flatMap((id) => operations.get(id) ?? []),
    thopter: (id) => thopters.get(id),
    thopterNamed: (name) => thopters.get(names.get(name) ?? ""),
    provisionOf: (thopterId) => provisions.get(thopterId),
    withKey: (actor, key) => keyed.get(keyName(actor, key)),
    queuedProvisions: () => queuedProvisions,
    putOperation,
    putThopter(thopter) {
      const before = thopters.get(thopter.id);
      if (before !== undefined && before.name !== thopter.name) names.delete(before.name);
      if (thopter.status === "gone") return dropThopter(thopter);
      thopters.set(thopter.id, thopter);
      names.set(thopter.name, thopter.id);
    },
    dropOperation(operation) {
      const present = operations.get(operation.id);
      if (present !== undefined) forget(present);
      if (operation.key !== undefined)
        keyed.delete(keyName(actorKey(operation.actor), operation.key));
    },
    dropThopter,
    operations: () => [...operations.values()],
    thopters: () => [...thopters.values()],
  };
}
