import { UserError } from "./errors.ts";
import { untrustedText } from "./untrusted-text.ts";

/** What an API said when it was last asked about a login. */
export type LoginCheck = { at: number; result: "valid" | "refused" | "unreachable" | "unchecked" };

/** An environment variable of an agent that logs it in; its value is sealed. */
export type IdentityLogin = {
  variable: string;
  sealed: string;
  setAt: number;
  expiresAt?: number;
  check?: LoginCheck;
};

/** What is kept of a home: a packed archive, known by the SHA-256 of what it holds. */
export type IdentityHome = {
  digest: string;
  /** The size of the packed archive, and of all files in it. */
  packedBytes: number;
  bytes: number;
  entries: number;
};

/** A named template of a home directory with an agent's login. */
export type Identity = {
  id: string;
  version: number;
  name: string;
  ownerId: string;
  /** Whether everyone may use it. */
  shared: boolean;
  logins: IdentityLogin[];
  home?: IdentityHome;
  /** Where its home was last captured, in words. */
  capturedFrom?: string;
  createdAt: number;
  updatedAt: number;
  /** The person who changed it last. */
  updatedBy: string;
};

/** What a thopter's record says of the identity that was chosen for it. */
export type ChosenIdentity = { id: string; name: string; digest?: string };

/** How large the home of an identity may be. */
export const homeLimits = {
  packedBytes: 20 * 1024 * 1024,
  bytes: 100 * 1024 * 1024,
  entries: 5000,
} as const;

/** Asks for no identity, where one would be chosen. */
export const noIdentity = "none";

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** What the hub sets itself, and what would keep a machine from working. */
const reservedVariables = /^(?:THOPTER_\w*|HOME|PATH|SHELL|USER|LOGNAME|LD_\w+)$/;
const shortestSecret = 8;
const longestSecret = 10_000;

/** Throws UserError when it is no name for an identity. */
export function parseIdentityName(name: string): string {
  if (namePattern.test(name) && name !== noIdentity) return name;
  throw new UserError(
    `Cannot use the name "${untrustedText(name, { maxLength: 60 })}" for an identity: a name is small letters, digits and "-", has at most 40 characters, and is not "${noIdentity}".`,
  );
}

/** Throws UserError when a login is none. */
export function parseLogin({ variable, value }: { variable: string; value: string }): {
  variable: string;
  value: string;
} {
  const shown = untrustedText(variable, { maxLength: 60 });
  const refused = (why: string): UserError =>
    new UserError(`Cannot keep the variable "${shown}": ${why}.`);
  if (!variablePattern.test(variable)) {
    throw refused("a name is letters, digits and underscores, no digit first");
  }
  if (reservedVariables.test(variable)) throw refused("thopters have their own");
  const trimmed = value.trim();
  // Shorter ones could not be kept out of logs and answers.
  if (trimmed.length < shortestSecret || trimmed.length > longestSecret) {
    throw refused(`its value has to have ${shortestSecret} to ${longestSecret} characters`);
  }
  if (trimmed.includes("\0")) throw refused("its value holds a NUL character");
  return { variable, value: trimmed };
}

/** Why a login is known not to work, in a few words; undefined when nothing is known against it. */
export function loginTrouble(
  { expiresAt, check }: Pick<IdentityLogin, "expiresAt" | "check">,
  now: number,
): "has expired" | "was refused when it was last checked" | undefined {
  if (expiresAt !== undefined && expiresAt <= now) return "has expired";
  return check?.result === "refused" ? "was refused when it was last checked" : undefined;
}
