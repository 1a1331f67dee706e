import type { Actor, Front } from "./actor.ts";

export const operationKinds = ["provision", "destroy"] as const;
export type OperationKind = (typeof operationKinds)[number];

export const operationStatuses = ["queued", "running", "succeeded", "failed", "canceled"] as const;
export type OperationStatus = (typeof operationStatuses)[number];

export const lanes = ["destroy", "provision", "setup"] as const;
export type Lane = (typeof lanes)[number];

/** What people call a lane. */
export const laneNames: Record<Lane, string> = {
  destroy: "destroy pool",
  provision: "provision lane",
  setup: "setup pool",
};

export const priorities = ["urgent", "high", "normal", "low"] as const;
export type Priority = (typeof priorities)[number];

export type StepStatus = "running" | "succeeded" | "failed" | "skipped";

export type StepRecord = {
  name: string;
  status: StepStatus;
  startedAt: number;
  finishedAt?: number;
  /** What came of it, in a few words: "3 commits saved". */
  note?: string;
  /** How often the hub died while this step ran. */
  crashes?: number;
};

export type OperationError = {
  message: string;
  retryable: boolean;
  /** The messages of the causes, outermost first. Redacted. */
  causes: string[];
  step?: string;
};

/** What a destroy was approved for; at execution a thopter that differs is left alone. */
export type ApprovedFacts = {
  machineId?: string;
  ownerId: string;
  unsaved: boolean;
};

/** One durable unit of work. Only the engine writes it. */
export type Operation = {
  id: string;
  version: number;
  kind: OperationKind;
  thopterId: string;
  /** The thopter's name when it was asked for, so that a list needs no second look-up. */
  thopterName: string;
  ownerId: string;
  provider: string;
  status: OperationStatus;
  lane: Lane;
  priority: Priority;
  /** Operations that must finish first, however they end. A destroy names only destroys. */
  after: string[];
  actor: Actor;
  front: Front;
  reason?: string;
  /** With the actor, makes a repeated request return this operation. */
  key?: string;
  /** A digest of the arguments: the same key with other arguments is refused. */
  fingerprint?: string;
  retryOf?: string;
  approvalId?: string;
  /** Destroy even where unsaved work cannot be rescued. */
  force: boolean;
  approved?: ApprovedFacts;
  /** How many attempts have failed. */
  attempts: number;
  /** The names of all its steps in their order, those to come included; from its first start on. */
  stepNames?: string[];
  /** Those that have begun. */
  steps: StepRecord[];
  progress?: string;
  error?: OperationError;
  cancelRequested?: { at: number; by: Actor; reason: string };
  createdAt: number;
  /** Not to be started before this time: the backoff of a retry. */
  notBefore?: number;
  startedAt?: number;
  finishedAt?: number;
};

const transitions: Record<OperationStatus, readonly OperationStatus[]> = {
  queued: ["running", "canceled", "failed"],
  running: ["queued", "succeeded", "failed", "canceled"],
  succeeded: [],
  failed: [],
  canceled: [],
};

/** An operation in another status. An impossible transition throws. */
export function moveOperation(
  operation: Operation,
  status: OperationStatus,
  patch: Partial<Operation> = {},
): Operation {
  if (!transitions[operation.status].includes(status)) {
    throw new Error(
      `Cannot move operation "${operation.id}" from ${operation.status} to ${status}: that transition does not exist`,
    );
  }
  return { ...operation, ...patch, status };
}

export const operationIs = {
  open: (operation: Pick<Operation, "status">): boolean =>
    operation.status === "queued" || operation.status === "running",
  finished: (operation: Pick<Operation, "status">): boolean => !operationIs.open(operation),
};

const boostMs: Record<Priority, number> = {
  urgent: 60 * 60_000,
  high: 10 * 60_000,
  normal: 0,
  low: -10 * 60_000,
};

/** The place in a lane, fixed at submission: smaller goes first; equal ranks go by id. */
export function rankOf(operation: Pick<Operation, "createdAt" | "priority">): number {
  return operation.createdAt - boostMs[operation.priority];
}

/** The more urgent of two priorities. */
export function higherPriority(a: Priority, b: Priority): Priority {
  return priorities.indexOf(a) <= priorities.indexOf(b) ? a : b;
}
