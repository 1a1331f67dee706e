import type { Lane, Operation, OperationKind } from "../operation.ts";
import type { Thopter } from "../thopter.ts";
import type { Write } from "./store.ts";

export type StepContext = {
  operation: Operation;
  /** The thopter's record as it is now. */
  thopter(): Thopter;
  /** Aborts on a time limit, a cancel, a failed neighbour, or a hub that stops. */
  signal: AbortSignal;
  /** Says in a few words what the step does now. */
  progress(text: string): void;
  /** Changes the thopter's record; resolves once that is on disk. */
  record(patch: Partial<Thopter>): Promise<void>;
  /** Cancels the thopter's provision and waits, at most 10 s, until it has let go. Answers whether there was one. */
  supersedeProvision(): Promise<boolean>;
};

export type StepOutcome = {
  /** What came of it, in a few words. */
  note?: string;
  /** There was nothing to do. */
  skipped?: boolean;
  thopter?: Partial<Thopter>;
  /** Records that become durable together with the outcome. */
  writes?: readonly Write[];
};

/** A named, idempotent, checkpointed part of an operation. */
export type Step = {
  name: string;
  kind: OperationKind;
  lane: Lane;
  /** The steps that must have succeeded first. */
  after: readonly string[];
  timeoutMs: number;
  /** Once it has begun the operation cannot be canceled. */
  pointOfNoReturn?: boolean;
  run(context: StepContext): Promise<StepOutcome | undefined>;
};
