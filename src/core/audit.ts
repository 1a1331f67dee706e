import type { Actor, Front } from "./actor.ts";

/** What was done, by whom, through which front, and how it ended. */
export type AuditEntry = {
  id: string;
  version: number;
  at: number;
  actor: Actor;
  front: Front;
  action: string;
  subject: string;
  outcome: "accepted" | "refused" | "succeeded" | "failed" | "canceled";
  detail?: string;
};
