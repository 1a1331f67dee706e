import type { Actor, Front } from "./actor.ts";
import type { Plan } from "./plan.ts";

export const approvalStatuses = ["pending", "approved", "denied", "expired"] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** A pending human decision about a plan. */
export type Approval = {
  /** Opaque and unguessable: who holds it may show it, not decide it. */
  id: string;
  version: number;
  status: ApprovalStatus;
  plan: Plan;
  /** A digest of what was shown: thopter, machine, owner, unsaved or not, force. */
  planHash: string;
  requestedBy: Actor;
  front: Front;
  /** The persons who may decide; an admin always may. */
  deciders: string[];
  /** Whether the asker may decide it alone. */
  askerMayDecide: boolean;
  /** Why it has to be asked, in words. */
  why: string;
  createdAt: number;
  expiresAt: number;
  decidedBy?: string;
  decidedAt?: number;
  /** The operations it queued when it was approved. */
  operationIds: string[];
};
