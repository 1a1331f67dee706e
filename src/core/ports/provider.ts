import type { Shell } from "./shell.ts";

/** What a machine carries so that its hub recognises it, whatever was lost in between. */
export type MachineTags = { hub: string; thopter: string; operation: string };

export type Machine = {
  id: string;
  name: string;
  status: "starting" | "running" | "stopped" | "failed";
  tags: MachineTags;
  createdAt: number;
};

export type MachineRequest = {
  name: string;
  tags: MachineTags;
  /** A git repository on the hub's machine that its commands may read; only machines of the same one can. */
  repositoryPath?: string;
};

/** Paths as seen by commands that run on the machine. */
export type MachinePlaces = {
  home: string;
  /** Where the hub keeps the tmux socket, the spool and other run-time files. */
  run: string;
};

export type Isolation = { contained: boolean; words: string };

/** Where machines come from. Every call may be repeated; what is already so is success. */
export type Provider = {
  name: string;
  /** How well its machines are kept apart from the hub and from one another. */
  isolation: Isolation;
  /** Whether a create that was given up may make its machine later, even after another one has. */
  makesLate?: boolean;
  /** Makes a machine, or answers with the one that already carries these hub and thopter tags. */
  create(request: MachineRequest, signal: AbortSignal): Promise<Machine>;
  get(machineId: string, signal: AbortSignal): Promise<Machine | undefined>;
  /** All machines with this hub's tag. */
  list(hub: string, signal: AbortSignal): Promise<Machine[]>;
  start(machineId: string, signal: AbortSignal): Promise<void>;
  /** Ends everything that runs on the machine; its files stay. */
  stop(machineId: string, signal: AbortSignal): Promise<void>;
  /** Removes the machine and all it holds. */
  destroy(machineId: string, signal: AbortSignal): Promise<void>;
  /** A shell on a running machine. */
  shell(machineId: string, signal: AbortSignal): Promise<Shell>;
  places(machineId: string): MachinePlaces;
  /** What agents on its machines are handed when they are started, and nothing that runs before them. */
  agentEnvironment?: Readonly<Record<string, string>>;
  /**
   * Copies a git repository of the hub's machine into a directory of a machine. Absent where machines
   * read it in its place.
   */
  bringRepository?(copy: RepositoryCopy, signal: AbortSignal): Promise<void>;
};

/** A path on the hub's machine, and where its copy goes. */
export type RepositoryCopy = { path: string; shell: Shell; directory: string };
