import type { Role } from "./actor.ts";

/** A command line that asks to be linked to a person, as whoever confirms it sees it. */
export type LoginView = {
  /** As people read it; typed, it may lack the hyphen. */
  code: string;
  /** What the command line calls itself. Untrusted, but clean and short. */
  label: string;
  /** Where the hub saw it ask from. */
  address: string;
  askedAt: number;
  expiresAt: number;
};

/** A login that was asked for; its code is what a person confirms. */
export type StartedLogin = {
  id: string;
  code: string;
  /** From now on: the clocks of two machines may differ. */
  expiresInMs: number;
};

/** What became of a login. The token is handed out this once. */
export type CollectedLogin =
  | { status: "pending" | "denied" | "expired" }
  | { status: "approved"; token: string; tokenId: string; personName: string; role: Role };
