import type { Caller } from "../actor.ts";

/** What the hub keeps for a repository, as provisions need it. */
export type KeptRepository = {
  /** Whether its setup script may run. */
  trusted: boolean;
  setupTimeoutMs?: number;
  /** The environment of its agents, in clear. Throws UserError when the hub's key is another. */
  variables(): Record<string, string>;
};

/** The same as fronts show it: never a value. */
export type RepositoryView = {
  id: string;
  address: string;
  variables: { name: string; setAt: number; setByName: string }[];
  trusted: boolean;
  /** Whether the hub's settings let its setup script run as well. */
  trustedBySettings: boolean;
  setupTimeoutMs?: number;
  changedAt: number;
  changedByName: string;
};

/** What a front can ask about what the hub keeps for repositories, whichever way an address is written. */
export type RepositoryFleet = {
  listRepositories(caller: Caller): Promise<RepositoryView[]>;
  /** Throws UserError "not_found" where nothing is kept. */
  showRepository(caller: Caller, request: { address: string }): Promise<RepositoryView>;
  /** An admin sets variables of its agents' environment, and takes others out. */
  setRepositoryVariables(
    caller: Caller,
    request: {
      address: string;
      set?: Readonly<Record<string, string>> | undefined;
      unset?: readonly string[] | undefined;
    },
  ): Promise<RepositoryView>;
  /** An admin says whether its setup script may run, and for how long. */
  trustRepository(
    caller: Caller,
    request: { address: string; trusted: boolean; setupTimeoutMs?: number | undefined },
  ): Promise<RepositoryView>;
  /** An admin has the hub forget all that it keeps for it. Throws UserError "not_found". */
  deleteRepository(caller: Caller, request: { address: string }): Promise<RepositoryView>;
};
