import type { Role } from "./actor.ts";

/** A human, however they reach the hub. */
export type Person = {
  id: string;
  version: number;
  name: string;
  role: Role;
  createdAt: number;
  /** Their account in Slack. */
  slack?: SlackAccount;
  /** The role follows what Slack says of them; otherwise it was given here. */
  roleFrom?: "slack";
};

/** An account in one Slack workspace. */
export type SlackAccount = { teamId: string; userId: string };

/** A Slack account as the Slack front knows it: its name, and the role that the settings give it. */
export type SlackUser = SlackAccount & { name: string; role: Role };

/** A credential, hashed at rest. Only a `person` token may approve. */
export type Token = {
  id: string;
  version: number;
  kind: "person" | "agent";
  label: string;
  /** The person it belongs to or, for an agent, acts for. */
  personId: string;
  role: Role;
  /** SHA-256 of the secret, in hex. The secret itself is shown once and never stored. */
  hash: string;
  readOnly: boolean;
  toolsets: string[];
  createdAt: number;
  expiresAt?: number;
  revokedAt?: number;
};

/** A token as its owner sees it. */
export type TokenView = Omit<Token, "hash" | "version"> & { personName: string };

export type NewTokenRequest = {
  kind: "person" | "agent";
  label: string;
  role?: Role | undefined;
  readOnly?: boolean | undefined;
  toolsets?: readonly string[] | undefined;
  /** Milliseconds from now; never when absent. */
  expiresInMs?: number | undefined;
  /** A person's name, for whom an admin makes it; made when there is none. The caller when absent. */
  person?: string | undefined;
};
