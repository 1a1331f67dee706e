import type { Agent } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ContextSource } from "../core/ports/context.ts";
import type { ChosenIdentities } from "../core/ports/identities.ts";
import type { Git } from "../core/ports/git.ts";
import type { Provider } from "../core/ports/provider.ts";
import type { Templates } from "../core/ports/templates.ts";
import type { KeptRepository } from "../core/ports/repositories.ts";
import type { Thopter } from "../core/thopter.ts";
import type { Sessions } from "./session.ts";

export type StepPorts = {
  /** The id of this hub, as its machines carry it. */
  hub: string;
  clock: Clock;
  providers: Readonly<Record<string, Provider>>;
  agents: Readonly<Record<string, Agent>>;
  git: Git;
  sessions: Sessions;
  templates: Pick<Templates, "render" | "renderFrom" | "parseConfig">;
  /** What the owner of a thopter is called. */
  ownerName(ownerId: string): Promise<string>;
  identities: ChosenIdentities;
  /** The token that reaches a repository, if the hub has one. */
  gitToken(repository: string): Promise<string | undefined>;
  /** Whether a thopter that no person made may use a repository by its path. */
  allowsLocal(thopter: Thopter): boolean;
  /** Whether the setup script of a repository may run. */
  allowsSetup(repository: string): boolean;
  /** What the hub keeps for a repository. */
  keptFor(repository: string): Promise<KeptRepository>;
  /** Where issues and pull requests are read; absent where the hub has no token for it. */
  context?: ContextSource | undefined;
  /** The bundle of a rescue on this machine, if it is still there. */
  rescueBundle(rescueId: string): Promise<string | undefined>;
  /** The directory on this machine that takes the bundle of a rescue. */
  rescueDirectory(rescueId: string): string;
  /** Writes a file of this machine through to its disk, and answers with its SHA-256 in hex. */
  sealFile(path: string): Promise<string>;
};

/** How long parts of steps may take, in milliseconds. */
export type StepLimits = {
  /** Between two tries to reach a shell. */
  shellPauseMs: number;
  /** The repository's setup script, where the hub keeps no other time for it. */
  setupMs: number;
  /** Looking for unsaved work. */
  unsavedMs: number;
  agentStopMs: number;
  /** Reaching a machine whose work is to be saved, starting it included. */
  reachMs: number;
  /** Bundling the work and bringing the bundle here. */
  rescueMs: number;
  /** Pushing what has been saved in a bundle already. */
  pushMs: number;
  machineStopMs: number;
  /** Until a destroyed machine is no longer listed, and between two looks. */
  goneMs: number;
  gonePauseMs: number;
  /** How long the tag of a create without an outcome is looked for. */
  tombstoneMs: number;
};

export const stepLimits: StepLimits = {
  shellPauseMs: 500,
  setupMs: 10 * 60_000,
  unsavedMs: 2 * 60_000,
  agentStopMs: 30_000,
  reachMs: 3 * 60_000,
  rescueMs: 30 * 60_000,
  pushMs: 2 * 60_000,
  machineStopMs: 60_000,
  goneMs: 30_000,
  gonePauseMs: 1000,
  tombstoneMs: 10 * 60_000,
};
