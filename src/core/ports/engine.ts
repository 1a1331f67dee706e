import type { Actor, Front } from "../actor.ts";
import type { Blocker } from "../blocker.ts";
import type { ChosenIdentity } from "../identity.ts";
import type { Lane, Operation, OperationStatus, ApprovedFacts, Priority } from "../operation.ts";
import type { StepCount } from "../step-count.ts";
import type { Thopter } from "../thopter.ts";
import type { Write } from "./store.ts";

type SubmissionBase = {
  actor: Actor;
  front: Front;
  priority?: Priority;
  reason?: string;
  after?: string[];
  retryOf?: string;
};

export type ProvisionSubmission = SubmissionBase & {
  kind: "provision";
  /** The thopter to make, in version 1 and status `requested`. */
  thopter: Thopter;
  /** With the actor, makes a repeated request answer with the first operation. */
  key?: string;
  /** A digest of the arguments: a repeat with another one is refused. */
  fingerprint: string;
};

export type DestroySubmission = SubmissionBase & {
  kind: "destroy";
  thopterId: string;
  force?: boolean;
  approvalId?: string;
  approved?: ApprovedFacts;
};

export type Submission = ProvisionSubmission | DestroySubmission;

export type Submitted = {
  operation: Operation;
  /** `joined` an open destroy, or `repeated` an earlier request; else it is new. */
  outcome: "new" | "joined" | "repeated";
};

export type LaneStatus = {
  lane: Lane;
  running: number;
  queued: number;
  limit: number;
  paused: boolean;
};

export type EngineStatus = {
  lanes: LaneStatus[];
  thopters: { used: number; limit: number };
  draining: boolean;
  /** Whether requests can be recorded now. */
  accepting: boolean;
  breakers: { provider: string; lane: Lane; state: "open" | "half-open" }[];
};

export type Explanation = {
  operation: Operation;
  blockers: Blocker[];
  /** How many ready operations of its lane go first. */
  ahead: number;
  /** From recent durations, in milliseconds; absent while there are none. */
  startsInMs?: number;
  /** How far its steps are; absent until it has first started. */
  stepCount?: StepCount;
  words: string;
};

export type OperationFilter = {
  thopterId?: string;
  status?: OperationStatus[];
  limit?: number;
  /** Only operations older than this id, for the next page. */
  before?: string;
};

export type PauseScope = "provision" | "destroy" | "all";

/** Runs operations by the lane rules. Everything it answers is durable. */
export type Engine = {
  /**
   * Accepts all submissions or none, in one commit with the writes that `alongside` makes of the answers.
   * Throws UserError when a rule refuses one, and StaleWriteError when a write alongside is stale.
   */
  submit(
    submissions: readonly Submission[],
    alongside?: (submitted: readonly Submitted[]) => readonly Write[],
  ): Promise<Submitted[]>;
  cancel(operationId: string, by: { actor: Actor; reason: string }): Promise<Operation>;
  /** A provision is asked for with this identity, where it is given; else with the one it had. */
  retry(
    operationId: string,
    by: {
      actor: Actor;
      front: Front;
      identity?: ChosenIdentity | undefined;
      alongside?: ((submitted: readonly Submitted[]) => readonly Write[]) | undefined;
    },
  ): Promise<Operation>;
  pause(scope: PauseScope): Promise<void>;
  resume(scope: PauseScope): Promise<void>;
  /** Changes a thopter's record; what `change` answers is merged in, undefined leaves it as it is. */
  amend(
    thopterId: string,
    change: (thopter: Thopter) => Partial<Thopter> | undefined,
  ): Promise<Thopter>;
  get(operationId: string): Promise<Operation | undefined>;
  /** Newest first. */
  list(filter?: OperationFilter): Promise<Operation[]>;
  explain(operationId: string): Promise<Explanation>;
  status(): Promise<EngineStatus>;
  /** Every durable change of an operation or thopter from now on, until the signal aborts. */
  watch(signal: AbortSignal): AsyncIterable<Write>;
  /** Thopters that are not gone, oldest first. */
  thopters(): Promise<Thopter[]>;
  /** Starts nothing more and waits for what runs, at most this long; the rest resumes at the next start. */
  drain(timeoutMs: number): Promise<void>;
};
