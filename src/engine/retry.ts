import { UserError } from "../core/errors.ts";
import type { ChosenIdentity } from "../core/identity.ts";
import type { Operation } from "../core/operation.ts";
import type { NewId } from "../core/ports/clock.ts";
import type { Submission } from "../core/ports/engine.ts";
import type { Thopter } from "../core/thopter.ts";

/** The request that asks again for what an operation did not achieve. Throws UserError when there is nothing to ask again. */
export function retrySubmission(
  operation: Operation,
  thopter: Thopter | undefined,
  by: Pick<Submission, "actor" | "front"> & {
    identity?: ChosenIdentity | undefined;
    newId: NewId;
    now: number;
    isNameFree: (name: string) => boolean;
  },
): Submission {
  if (operation.status !== "failed" && operation.status !== "canceled") {
    throw new UserError(
      `Cannot retry operation "${operation.id}": it is ${operation.status}. Only failed and canceled operations can be retried.`,
      { code: "conflict" },
    );
  }
  const base = {
    actor: by.actor,
    front: by.front,
    priority: operation.priority,
    retryOf: operation.id,
  };
  if (operation.kind === "destroy") {
    return { ...base, kind: "destroy", thopterId: operation.thopterId, force: operation.force };
  }
  if (thopter === undefined) {
    throw new UserError(
      `Cannot retry operation "${operation.id}": its thopter is no longer on record. Provision a new one.`,
      { code: "not_found" },
    );
  }
  return {
    ...base,
    kind: "provision",
    thopter: sameAgain(thopter, by),
    fingerprint: `retry ${operation.id}`,
  };
}

function sameAgain(
  thopter: Thopter,
  by: {
    identity?: ChosenIdentity | undefined;
    newId: NewId;
    now: number;
    actor: Submission["actor"];
    isNameFree: (name: string) => boolean;
  },
): Thopter {
  const name = freeName(thopter.name, by.isNameFree);
  const again: Thopter = {
    id: by.newId(),
    version: 1,
    name,
    ownerId: thopter.ownerId,
    createdBy: by.actor,
    labels: thopter.labels,
    task: thopter.task,
    repository: thopter.repository,
    branch: name === thopter.name ? thopter.branch : `thopter/${name}`,
    provider: thopter.provider,
    agent: thopter.agent,
    status: "requested",
    keepOnFailure: thopter.keepOnFailure,
    createdAt: by.now,
  };
  if (thopter.base !== undefined) again.base = thopter.base;
  // What the repository's configuration said it says again.
  if (thopter.ttlMs !== undefined && thopter.repositoryConfig?.ttlMs === undefined)
    again.ttlMs = thopter.ttlMs;
  if (thopter.template !== undefined) again.template = thopter.template;
  if (thopter.context !== undefined) again.context = thopter.context;
  const identity = by.identity ?? thopter.identity;
  if (identity !== undefined) again.identity = identity;
  if (thopter.restoreFrom !== undefined) {
    again.restoreFrom = thopter.restoreFrom;
    if (thopter.instructions !== undefined) again.instructions = thopter.instructions;
  }
  const { setupTrustedBy } = thopter;
  // Nobody else takes along what an admin allowed for one request of their own.
  if (by.actor.kind === "person" && by.actor.personId === setupTrustedBy) {
    again.setupTrustedBy = setupTrustedBy;
  }
  return again;
}

function freeName(name: string, isFree: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; !isFree(free); number += 1) free = `${name}-${number}`;
  return free;
}
