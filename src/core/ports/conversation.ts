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

/** Why an agent that was started again begins with its task instead of its conversation. */
export type BeganAnew = "asked" | "missing" | "refused";

export type RestartAnswer = {
  thopterName: string;
  /** "refused" where it did not come up with its conversation. Absent where nothing was left behind. */
  beganAnew?: BeganAnew;
  agentState: Omit<AgentState, "lastMessage">;
};

/** What a front can ask of an agent's conversation. */
export type ConversationFleet = {
  /** Ends the agent's program and starts it again; it goes on with its conversation where it can and is not to begin afresh. */
  restartAgent(
    caller: Caller,
    request: { thopter: string; fresh?: boolean | undefined },
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
