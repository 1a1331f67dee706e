import type { Actor } from "./actor.ts";
import { UserError } from "./errors.ts";
import { shortestSecret } from "./redact.ts";
import { untrustedText } from "./untrusted-text.ts";

/** A variable of the environment that agents in a repository get. Its value is sealed by the vault. */
export type RepositoryVariable = { name: string; sealed: string; setBy: Actor; setAt: number };

/** What the hub keeps for one repository, however its address is written. */
export type Repository = {
  /** What all its spellings have in common. */
  id: string;
  version: number;
  /** As it was first written. */
  address: string;
  variables: RepositoryVariable[];
  /** Whether its setup script may run. */
  trusted: boolean;
  /** How long its setup script may take; the hub's usual time when absent. */
  setupTimeoutMs?: number;
  changedBy: Actor;
  changedAt: number;
};

/** What a secret of a repository is sealed for. */
export function vaultPurposeOf({ id }: Pick<Repository, "id">): string {
  return `repository ${id}`;
}

/** The longest time that a setup script may be given, in milliseconds. */
export const longestSetupMs = 60 * 60_000;

/** Names of what is secret; what goes by another name may be a plain word, such as a port. */
const secretName = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|KEY|PIN|PAT)$/i;

const mostVariables = 100;
const longestValue = 32_768;
const longestName = 200;

/** What the machine, its shell and its terminal say of themselves. */
const machineNames: readonly string[] = [
  ...["HOME", "PATH", "PWD", "OLDPWD", "SHELL", "USER", "LOGNAME", "IFS", "ENV", "BASH_ENV"],
  ...["TERM", "TMUX", "TMUX_PANE"],
];

/** Refuses a name that no agent could be given. Throws UserError, which shows no more than the name. */
export function checkVariableName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > longestName) {
    // Whoever writes NAME=value has shown the value already; it is not repeated here.
    const shown = untrustedText(name.replace(/=[\s\S]*$/, "=..."), { maxLength: 100 });
    throw new UserError(
      `Cannot keep a variable "${shown}": a name has letters, digits and underscores, no digit first, and its value is asked for.`,
    );
  }
  if (machineNames.includes(name) || name.startsWith("THOPTER_")) {
    throw new UserError(
      `Cannot keep the variable "${name}": the machine or the hub sets it. Choose another name.`,
    );
  }
  return name;
}

/** Refuses a value that no agent could be given. Throws UserError, which shows nothing of it. */
export function checkVariableValue(name: string, value: string): string {
  if (value === "") {
    throw new UserError(
      `Cannot keep the variable "${name}": its value is empty. --unset takes it out.`,
    );
  }
  if (isTooShort(name, value)) {
    throw new UserError(
      `Cannot keep the variable "${name}": its value has fewer than ${shortestSecret} characters, and so short a secret cannot be kept out of logs and screens. Choose a longer one.`,
    );
  }
  if (value.length > longestValue || value.includes("\0")) {
    throw new UserError(
      `Cannot keep the variable "${name}": its value is longer than ${longestValue} characters, or holds a NUL character.`,
    );
  }
  return value;
}

/** Whether a name says that its value is a secret, and the value is one that no exit could be kept from showing. */
export function isTooShort(name: string, value: string): boolean {
  return secretName.test(name) && value.length < shortestSecret;
}

/** Refuses more variables than a program could be started with. Throws UserError. */
export function checkVariableCount(count: number): void {
  if (count <= mostVariables) return;
  throw new UserError(
    `Cannot keep ${count} variables for a repository: ${mostVariables} are the most. --unset takes some out.`,
  );
}

/** Checks the time that a setup script may take, in milliseconds. Throws UserError. */
export function checkSetupTimeout(ms: number): number {
  if (ms >= 1000 && ms <= longestSetupMs) return Math.round(ms);
  throw new UserError("Cannot give a setup script that time: it may take from 1 s to 60 min.");
}
