import type { Caller } from "../actor.ts";
import type { AgentSession } from "./agent.ts";

export type TerminalSize = { columns: number; rows: number };

/** A picture of a terminal. Its lines are untrusted: text and colours as the program in it drew them. */
export type TerminalPicture = TerminalSize & {
  lines: string[];
  /** Counted from 0; absent while it is hidden. */
  cursor?: { column: number; row: number };
  /** Names this picture. */
  digest: string;
};

/** The terminals that agents run in. */
export type Terminals = {
  /** A picture other than the one that is known, or after this time whatever there is. */
  look(
    session: AgentSession,
    request: { known: string | undefined; waitMs: number },
    signal: AbortSignal,
  ): Promise<TerminalPicture>;
  /** Types these bytes as they are. */
  type(session: AgentSession, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  resize(session: AgentSession, size: TerminalSize, signal: AbortSignal): Promise<void>;
};

/** What a front can ask of an agent's terminal, for a person. */
export type TerminalFleet = {
  /** Opens it in this size; it ends by itself when nobody looks or types for a while. */
  attach(
    caller: Caller,
    request: TerminalSize & { thopter: string },
    signal: AbortSignal,
  ): Promise<{ id: string; thopterName: string }>;
  /** What it shows once that differs from the picture that is known, or after a while; another size is its size from now on. */
  lookAtTerminal(
    caller: Caller,
    request: TerminalSize & { id: string; known?: string | undefined },
    signal: AbortSignal,
  ): Promise<TerminalPicture>;
  /** Types bytes, in base64. */
  typeIntoTerminal(
    caller: Caller,
    request: { id: string; data: string },
    signal: AbortSignal,
  ): Promise<{ typed: number }>;
  detach(caller: Caller, id: string): Promise<{ thopterName: string }>;
};
