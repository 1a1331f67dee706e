import type { AgentStatus, ThopterStatus } from "./thopter.ts";

/** What the hub knows of work that exists nowhere else. `unknown` is treated as `yes`. */
export type Unsaved = {
  state: "no" | "yes" | "unknown";
  commits: number;
  files: number;
};

/** One thopter as it was when a destroy was planned. */
export type PlanItem = {
  thopterId: string;
  name: string;
  ownerId: string;
  ownerName: string;
  provider: string;
  machineId?: string;
  status: ThopterStatus;
  agentStatus?: AgentStatus;
  ageMs: number;
  unsaved: Unsaved;
  /** Whether the asker's token made it, or made what made it. */
  lineage: boolean;
};

/** The frozen facts of what a destroy request would do. */
export type Plan = {
  items: PlanItem[];
  force: boolean;
  reason: string;
  madeAt: number;
};

/** Whether destroying it may cost work that is saved nowhere else. */
export function hasUnsavedWork(item: Pick<PlanItem, "unsaved">): boolean {
  return item.unsaved.state !== "no";
}
