import type { Actor } from "./actor.ts";
import type { TemplateChoice } from "./template.ts";
import type { ChosenIdentity } from "./identity.ts";

export const thopterStatuses = [
  "requested",
  "provisioning",
  "ready",
  "failed",
  "destroying",
  "gone",
] as const;
export type ThopterStatus = (typeof thopterStatuses)[number];

export const agentStatuses = [
  "starting",
  "working",
  "waiting",
  "limited",
  "idle",
  "done",
  "crashed",
  "gone",
] as const;
export type AgentStatus = (typeof agentStatuses)[number];

/** What a waiting agent asks. All text is untrusted. */
export type Question = {
  text: string;
  /** A digest of the question; an answer names it, so that a late one answers nothing else. */
  hash: string;
  /** What may be answered, where the agent offers a choice. */
  choices?: string[];
  /** Whether several of the choices may be given at once, with ";" between them. */
  several?: true;
  /** What words of a person's own begin with, which it takes beside its choices; empty where with nothing. */
  words?: string;
};

export type AgentState = {
  status: AgentStatus;
  /** When this status began, in milliseconds since the epoch. */
  since: number;
  exitCode?: number;
  /** The open question of a waiting agent, and the hash that an answer must name. Untrusted text. */
  question?: Question;
  /** What a limited agent says of its limit, such as when it ends. Untrusted text. */
  limit?: string;
  /** When its limit ends, in milliseconds since the epoch, where it says so in a way that is known. */
  resetsAt?: number;
  /** What the agent said last, at the end of its last turn. Untrusted text. */
  lastMessage?: string;
};

/** Work saved from a thopter before it was destroyed. */
export type Rescue = {
  id: string;
  /** The git bundle in the hub's data directory. */
  bundlePath: string;
  /** The branch it was pushed to as well, where a push was possible. */
  pushedBranch?: string;
  commits: number;
  uncommittedFiles: number;
  savedAt: number;
};

/** What was taken from the repository's configuration, beside labels. */
export type TakenConfig = {
  template?: string;
  ttlMs?: number;
  setupOff?: true;
  setupTimeoutMs?: number;
};

/** The record of one machine with one agent. */
export type Thopter = {
  id: string;
  version: number;
  name: string;
  ownerId: string;
  createdBy: Actor;
  labels: string[];
  task: string;
  /** The template that the task is put into. */
  template?: TemplateChoice;
  /** What the template made of the task: that is what the agent is told. */
  instructions?: string;
  /** What the repository's configuration changed. */
  repositoryConfig?: TakenConfig;
  repository: string;
  /** The branch or tag it starts from; the repository's default when absent. */
  base?: string;
  /** The commit that `base` was at when it was cloned. */
  baseCommit?: string;
  branch: string;
  /** A rescue to start from instead of the base. */
  restoreFrom?: string;
  /** Issues and pull requests that were named as its context, beside those that its task names. */
  context?: string[];
  /** The files on its machine that hold what was read of them. */
  contextFiles?: string[];
  /** The admin who let its repository's setup script run this once. */
  setupTrustedBy?: string;
  provider: string;
  agent: string;
  /** The identity that its agent works with, as it was when it was asked for. */
  identity?: ChosenIdentity;
  status: ThopterStatus;
  agentState?: AgentState;
  /** Whether its agent is being started again, "fresh" without its conversation: a hub that dies meanwhile does it once more. */
  restarting?: boolean | "fresh";
  machineId?: string;
  /** When the hub first asked the provider for the machine: it may exist from here on. */
  machineIntentAt?: number;
  keepOnFailure: boolean;
  ttlMs?: number;
  createdAt: number;
  readyAt?: number;
  expiresAt?: number;
  /** When its owner was warned of the end, and of which one: extending its life calls for a new warning. */
  warnedAt?: number;
  warnedFor?: number;
  /** The end that was acted on; it is not acted on twice. */
  expiredFor?: number;
  goneAt?: number;
  rescue?: Rescue;
};

/**
 * Whether a thopter counts toward `MAX_THOPTERS`: from the start of its provision until verified
 * gone. Where no machine was ever asked for there is none to count.
 */
export function holdsCapacity(thopter: Pick<Thopter, "status" | "machineIntentAt">): boolean {
  switch (thopter.status) {
    case "requested":
    case "gone":
      return false;
    case "provisioning":
    case "ready":
      return true;
    case "failed":
    case "destroying":
      return thopter.machineIntentAt !== undefined;
  }
}

const settledStatuses: readonly AgentStatus[] = [
  "idle",
  "done",
  "waiting",
  "limited",
  "crashed",
  "gone",
];

/** Whether nothing more will come of a thopter unless someone acts. */
export function isSettled(thopter: Pick<Thopter, "status" | "agentState">): boolean {
  if (thopter.status === "failed" || thopter.status === "gone") return true;
  if (thopter.status !== "ready" || thopter.agentState === undefined) return false;
  return settledStatuses.includes(thopter.agentState.status);
}

const transitions: Record<ThopterStatus, readonly ThopterStatus[]> = {
  requested: ["provisioning", "destroying", "gone"],
  provisioning: ["ready", "failed", "destroying", "gone"],
  ready: ["destroying", "gone"],
  failed: ["destroying", "gone"],
  destroying: ["provisioning", "ready", "failed", "gone"],
  gone: [],
};

/** What a thopter may do in its present status. */
export const thopterCan = {
  become: (thopter: Pick<Thopter, "status">, next: ThopterStatus): boolean =>
    transitions[thopter.status].includes(next),
  destroy: (thopter: Pick<Thopter, "status">): boolean => thopter.status !== "gone",
  tell: (thopter: Pick<Thopter, "status">): boolean => thopter.status === "ready",
  read: (thopter: Pick<Thopter, "status" | "machineId">): boolean =>
    thopter.machineId !== undefined && thopter.status !== "gone",
};
