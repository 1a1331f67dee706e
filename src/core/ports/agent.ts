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
  /** One of the question's choices, or free text where it has none. */
  text: string;
};

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
  stop(session: AgentSession, signal: AbortSignal): Promise<void>;
};
