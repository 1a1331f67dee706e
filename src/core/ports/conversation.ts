import type { Caller } from "../actor.ts";
import type { AgentState } from "../thopter.ts";
import type { TranscriptEntry } from "./agent.ts";

export type TranscriptAnswer = {
  thopterName: string;
  /** The oldest first. Untrusted: control sequences are stripped and secrets removed, nothing else is promised. */
  entries: TranscriptEntry[];
  /** Names the page before this one; absent where nothing is before. */
  before?: string;
};

export type RestartAnswer = {
  thopterName: string;
  agentState: Omit<AgentState, "lastMessage">;
};

/** What a front can ask of an agent's conversation. */
export type ConversationFleet = {
  /** Ends the agent's program and starts it again; it goes on with its conversation where it has one. */
  restartAgent(
    caller: Caller,
    request: { thopter: string },
    signal: AbortSignal,
  ): Promise<RestartAnswer>;
  transcript(
    caller: Caller,
    request: {
      thopter: string;
      /** The `before` of the page after; the newest page when absent. */
      before?: string | undefined;
      maxBytes?: number | undefined;
      limit?: number | undefined;
    },
    signal: AbortSignal,
  ): Promise<TranscriptAnswer>;
};
