import type { Accepted, OpenWork } from "../../src/core/acceptance.ts";
import { actorKey } from "../../src/core/actor.ts";
import { operationIs } from "../../src/core/operation.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Thopter } from "../../src/core/thopter.ts";

/** All operations and thopters there ever were, in two plain lists. */
export type PlainWork = OpenWork & {
  operations: Operation[];
  thopters: Thopter[];
  /** Makes what was accepted true. */
  apply(accepted: Accepted): void;
};

export function createPlainWork(operations: Operation[] = [], thopters: Thopter[] = []): PlainWork {
  const living = (): Thopter[] => thopters.filter(({ status }) => status !== "gone");

  function put(operation: Operation): void {
    const index = operations.findIndex(({ id }) => id === operation.id);
    if (index === -1) operations.push(operation);
    else operations[index] = operation;
  }

  return {
    operations,
    thopters,
    operation: (id) => operations.find((one) => one.id === id && operationIs.open(one)),
    isKnown: (id) => operations.some((one) => one.id === id),
    openOf: (thopterId) =>
      operations.filter((one) => one.thopterId === thopterId && operationIs.open(one)),
    thopter: (id) => living().find((one) => one.id === id),
    thopterNamed: (name) => living().find((one) => one.name === name),
    provisionOf: (thopterId) =>
      operations.findLast((one) => one.thopterId === thopterId && one.kind === "provision"),
    withKey: (actor, key) =>
      operations.find((one) => one.key === key && actorKey(one.actor) === actor),
    queuedProvisions: () =>
      operations.filter(({ status, lane }) => status === "queued" && lane === "provision").length,
    apply({ operation, outcome, thopter, supersedes }) {
      if (outcome === "repeated") return;
      if (thopter !== undefined) thopters.push(thopter);
      if (supersedes !== undefined) put({ ...supersedes, status: "canceled" });
      put(operation);
    },
  };
}
