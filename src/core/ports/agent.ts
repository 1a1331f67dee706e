import type { AgentState } from "../thopter.ts";
import type { MachinePlaces } from "./provider.ts";
import type { Shell } from "./shell.ts";

/** One thopter's machine as its agent sees it. */
export type AgentSession = {
  shell: Shell;
  places: MachinePlaces;
  /** The clone that the agent works in. */
  repositoryPath: string;
};

export type LaunchRequest = {
  task: string;
  /** The file that holds the task, in the clone's parent directory. */
  taskFile: string;
  env: Readonly<Record<string, string>>;
  /** The login of the thopter's identity: variables that win over the hub's own. */
  login?: Readonly<Record<string, string>>;
};

export type TellRequest = {
  text: string;
  /** Whether a leading `!` or `/` reaches the agent as it is. */
  raw: boolean;
  /** Whether to interrupt what the agent does first. */
  interrupt: boolean;
};

export type AnswerRequest = {
  /** The hash of the question that is answered. */
  hash: string;
  /** One of the question's choices, or what else it takes: several of them, or words. */
  text: string;
};

/** One thing that was said or done in an agent's conversation. */
export type TranscriptEntry = {
  /** When, in milliseconds since the epoch, where the agent keeps that. */
  at?: number;
  role: TranscriptRole;
  /**
   * As it was written, one line for what a tool was asked. Untrusted: whoever shows it removes
   * secrets and then cuts it, for a cut before could leave half of one.
   */
  text: string;
};

/** A person is whoever tells the agent something, the hub with its task included. */
export type TranscriptRole = "person" | "agent" | "tool";

export type TranscriptRequest = {
  /** The `before` of the page after; the newest page when absent. */
  before?: string;
  /** About how much text a page has at most, what tools say counted as it is shown; one entry at least. */
  maxBytes: number;
  /** About how many entries at most: what was written as one stays together. */
  maxEntries?: number;
};

export type TranscriptPage = {
  /** The oldest first. */
  entries: TranscriptEntry[];
  /** Names the page before this one; absent where nothing is before. */
  before?: string;
};

/** What became of its conversation when an agent was started again; "none" where there was nothing to lose. */
export type Restarted = { conversation: "resumed" | "missing" | "none" };

/** The program in a thopter's tmux session. All it says is untrusted. */
export type Agent = {
  name: string;
  /** Starts it, or adopts the one that runs. */
  launch(session: AgentSession, request: LaunchRequest, signal: AbortSignal): Promise<void>;
  /** Throws ProviderError with its last words when it has already ended or never took the task. */
  verify(session: AgentSession, signal: AbortSignal): Promise<void>;
  /** Its state now. */
  state(session: AgentSession, signal: AbortSignal): Promise<AgentState>;
  /** Reports each change of state until the agent is gone or the signal aborts; then resolves. */
  follow(
    session: AgentSession,
    onState: (state: AgentState) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Throws UserError "conflict" that names the question while one is open. */
  tell(session: AgentSession, request: TellRequest, signal: AbortSignal): Promise<void>;
  /** Answers the open question. Throws UserError "conflict" when another one, or none, is open. */
  answer(session: AgentSession, request: AnswerRequest, signal: AbortSignal): Promise<void>;
  /** The terminal as text, control sequences stripped; with history, what scrolled away as well. */
  screen(
    session: AgentSession,
    options: { history: boolean },
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Ends the program, if it still runs, and starts it again in the same clone. It goes on with its
   * conversation where it has one and is not to begin afresh, else with the task. What it said and
   * asked before holds no more.
   */
  restart(
    session: AgentSession,
    request: LaunchRequest & { fresh?: boolean },
    signal: AbortSignal,
  ): Promise<Restarted>;
  /** A page of its conversation. Throws UserError "invalid" when `before` names no page. */
  transcript(
    session: AgentSession,
    request: TranscriptRequest,
    signal: AbortSignal,
  ): Promise<TranscriptPage>;
  stop(session: AgentSession, signal: AbortSignal): Promise<void>;
};
