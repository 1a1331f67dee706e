import { actorKey } from "./actor.ts";
import type { Actor } from "./actor.ts";
import { UserError } from "./errors.ts";
import { higherPriority } from "./operation.ts";
import type { Operation } from "./operation.ts";
import { thopterCan } from "./thopter.ts";
import type { Thopter } from "./thopter.ts";
import type { DestroySubmission, ProvisionSubmission, Submission } from "./ports/engine.ts";

/** What is open now, as the rules of acceptance need to see it. */
export type OpenWork = {
  operation(id: string): Operation | undefined;
  /** Whether an operation with this id was ever accepted and is still on record. */
  isKnown(id: string): boolean;
  openOf(thopterId: string): Operation[];
  thopter(id: string): Thopter | undefined;
  thopterNamed(name: string): Thopter | undefined;
  provisionOf(thopterId: string): Operation | undefined;
  withKey(actor: string, key: string): Operation | undefined;
  queuedProvisions(): number;
};

export type AcceptanceContext = { now: number; newId: () => string; maxQueueSize: number };

/** What accepting one request changes. */
export type Accepted = {
  operation: Operation;
  outcome: "new" | "joined" | "repeated";
  /** A new thopter, or none. */
  thopter?: Thopter;
  /** A queued provision that the destroy cancels. */
  supersedes?: Operation;
};

/** Judges one request against what is open. Throws UserError when a rule refuses it. */
export function accept(
  submission: Submission,
  work: OpenWork,
  context: AcceptanceContext,
): Accepted {
  return submission.kind === "provision"
    ? acceptProvision(submission, work, context)
    : acceptDestroy(submission, work, context);
}

function acceptProvision(
  submission: ProvisionSubmission,
  work: OpenWork,
  context: AcceptanceContext,
): Accepted {
  const repeated = findRepeat(submission, work);
  if (repeated !== undefined) return { operation: repeated, outcome: "repeated" };
  if (work.queuedProvisions() >= context.maxQueueSize) {
    throw new UserError(
      `Cannot queue another provision: ${context.maxQueueSize} wait already. Try again when some have started, or cancel some with cancel_operation.`,
      { code: "full" },
    );
  }
  refuseUnknown(submission.after, work);
  const { thopter } = submission;
  const operation = newOperation(submission, thopter, context);
  if (submission.key !== undefined) operation.key = submission.key;
  operation.fingerprint = submission.fingerprint;
  return { operation, outcome: "new", thopter };
}

function findRepeat(submission: ProvisionSubmission, work: OpenWork): Operation | undefined {
  const { actor, key, thopter, fingerprint } = submission;
  const byKey = key === undefined ? undefined : work.withKey(actorKey(actor), key);
  if (byKey !== undefined) {
    if (byKey.fingerprint === fingerprint) return byKey;
    throw new UserError(
      `Cannot repeat the request with key "${key}": it was made before with other arguments (operation ${byKey.id}). Use another key.`,
      { code: "conflict" },
    );
  }
  const namesake = work.thopterNamed(thopter.name);
  if (namesake === undefined) return undefined;
  const earlier = work.provisionOf(namesake.id);
  const same = earlier?.fingerprint === fingerprint && isSameActor(earlier.actor, actor);
  if (earlier !== undefined && same) return earlier;
  throw new UserError(
    `Cannot name a thopter "${thopter.name}": the name is taken by another thopter. Choose another name, or leave it out and get one.`,
    { code: "conflict" },
  );
}

function isSameActor(a: Actor, b: Actor): boolean {
  return actorKey(a) === actorKey(b);
}

function acceptDestroy(
  submission: DestroySubmission,
  work: OpenWork,
  context: AcceptanceContext,
): Accepted {
  const thopter = work.thopter(submission.thopterId);
  if (thopter === undefined || !thopterCan.destroy(thopter)) {
    throw new UserError(
      `Cannot destroy thopter "${submission.thopterId}": there is none with that id. list_thopters shows those that exist.`,
      { code: "not_found" },
    );
  }
  const open = work.openOf(thopter.id);
  const joined = open.find((operation) => operation.kind === "destroy");
  if (joined !== undefined) return { operation: join(joined, submission), outcome: "joined" };
  refuseUnknown(submission.after, work);
  refuseWaitForProvision(submission, work);
  const operation = newOperation(submission, thopter, context);
  const queued = open.find((other) => other.kind === "provision" && other.status === "queued");
  return queued === undefined
    ? { operation, outcome: "new" }
    : { operation, outcome: "new", supersedes: queued };
}

/** A second destroy joins the first, and may make it more urgent, at once, or stronger. */
function join(open: Operation, submission: DestroySubmission): Operation {
  if (open.status !== "queued" || !isStronger(open, submission)) return open;
  const joined: Operation = {
    ...open,
    priority: higherPriority(open.priority, submission.priority ?? "normal"),
    force: open.force || submission.force === true,
  };
  delete joined.notBefore;
  if (submission.force === true && !open.force) {
    // The stronger request was allowed with facts of its own.
    delete joined.approved;
    delete joined.approvalId;
    if (submission.approved !== undefined) joined.approved = submission.approved;
    if (submission.approvalId !== undefined) joined.approvalId = submission.approvalId;
  }
  return joined;
}

/** Whether a request asks for more than the queued operation that it joins. */
function isStronger(open: Operation, { priority = "normal", force }: DestroySubmission): boolean {
  const sooner =
    open.notBefore !== undefined || higherPriority(open.priority, priority) !== open.priority;
  return sooner || (force === true && !open.force);
}

function refuseUnknown(after: readonly string[] | undefined, work: OpenWork): void {
  const unknown = after?.find((id) => !work.isKnown(id));
  if (unknown === undefined) return;
  throw new UserError(
    `Cannot wait for operation "${unknown}": there is none with that id. list_operations shows those that exist.`,
    { code: "not_found" },
  );
}

/** A destroy frees what provisions wait for, so one that waited for a provision could wait for itself. */
function refuseWaitForProvision(submission: DestroySubmission, work: OpenWork): void {
  const provision = submission.after?.find((id) => work.operation(id)?.kind === "provision");
  if (provision === undefined) return;
  throw new UserError(
    `Cannot let a destroy wait for provision "${provision}": a destroy never waits for a provision. Leave it out of "after".`,
  );
}

function newOperation(
  submission: Submission,
  thopter: Thopter,
  { now, newId }: AcceptanceContext,
): Operation {
  const operation: Operation = {
    id: newId(),
    version: 0,
    kind: submission.kind,
    thopterId: thopter.id,
    thopterName: thopter.name,
    ownerId: thopter.ownerId,
    provider: thopter.provider,
    status: "queued",
    lane: submission.kind,
    priority: submission.priority ?? "normal",
    after: submission.after ?? [],
    actor: submission.actor,
    front: submission.front,
    force: submission.kind === "destroy" && submission.force === true,
    attempts: 0,
    steps: [],
    createdAt: now,
  };
  if (submission.reason !== undefined) operation.reason = submission.reason;
  if (submission.retryOf !== undefined) operation.retryOf = submission.retryOf;
  if (submission.kind === "destroy") {
    if (submission.approvalId !== undefined) operation.approvalId = submission.approvalId;
    if (submission.approved !== undefined) operation.approved = submission.approved;
  }
  return operation;
}
