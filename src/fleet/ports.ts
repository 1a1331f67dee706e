import type { Agent, AgentSession, LaunchRequest } from "../core/ports/agent.ts";
import type { Clock, NewId } from "../core/ports/clock.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { Clone, Git } from "../core/ports/git.ts";
import type { IdentityKeep } from "../core/ports/identities.ts";
import type { Provider } from "../core/ports/provider.ts";
import type { Store } from "../core/ports/store.ts";
import type { Templates } from "../core/ports/templates.ts";
import type { Terminals } from "../core/ports/terminal.ts";
import type { Vault } from "../core/ports/vault.ts";
import type { Thopter } from "../core/thopter.ts";

/** What the use cases need of the world. */
export type FleetPorts = {
  engine: Engine;
  store: Store;
  clock: Clock;
  newId: NewId;
  /** In [0, 1): chooses names. */
  random: () => number;
  /** Unguessable text for tokens and approvals. */
  newSecret: () => string;
  /** A cryptographic digest, in hex. */
  digest: (text: string) => string;
  providers: Readonly<Record<string, Provider>>;
  agents: Readonly<Record<string, Agent>>;
  git: Git;
  terminals: Terminals;
  templates: Templates;
  identities: IdentityKeep;
  sessions: {
    /** Opens the shell of a thopter's machine for one piece of work, and closes it afterwards. */
    use<T>(
      thopter: Thopter,
      signal: AbortSignal,
      work: (session: AgentSession) => Promise<T>,
    ): Promise<T>;
  };
  /** A thopter's clone as git wants it. */
  cloneOf: (session: AgentSession, thopter: Thopter) => Clone;
  /** What a thopter's agent is started with. */
  launchRequest: (session: AgentSession, thopter: Thopter) => Promise<LaunchRequest>;
  redact: (text: string) => string;
  /** Where secrets of one purpose are sealed; the redactor knows whatever goes in. */
  vaultFor: (purpose: string) => Vault;
  /** Hears of what went wrong where nobody waits for an answer. */
  report: (error: unknown, about: string) => void;
};

export type FleetOptions = {
  /** The name that this hub's machines carry. */
  hubId: string;
  /** Where new thopters come from, and what runs in them. */
  provider: string;
  agent: string;
  /** The variables of the agents' logins that the hub has itself. */
  ownLogins?: readonly string[];
  agentDestroyLimit: number;
  /** How long ended approvals and audit entries are kept, in milliseconds; for ever when absent. */
  approvalRetentionMs?: number;
  auditRetentionMs?: number;
  /** Whether agents may name local paths as repositories; persons always may. */
  agentsMayUseLocalRepositories: boolean;
  /** The repositories whose setup scripts the settings allow; "*" for all. */
  setupRepositories?: readonly string[];
};
