import type { FleetPorts } from "./ports.ts";
import { createTries } from "./tries.ts";

/** How long a code may be claimed, in milliseconds. */
export const codeLifeMs = 10 * 60_000;
/** Wrong codes that one account or person may try in the life of a code. */
export const mostWrongCodes = 5;
export const codeLength = 10;

/** The first code of a hub has no end, and gives the account's name to a person who has none of their own. */
export type LinkCode = { personId: string; expiresAt: number; isFirst: boolean };

/** Codes that prove who claims them, each once. They live in memory: after a restart people ask for a new one. */
export type LinkCodes = {
  create(personId: string, options?: { isFirst: boolean }): { code: string; expiresAt: number };
  /** Whose code it is, or that it is wrong, or that the account has tried too many. */
  look(code: string, account: string): LinkCode | "wrong" | "too-many";
  /** The code has done its work. */
  spend(code: string): void;
};

/** Letters and digits that are easy to type: 40 bits of a digest of an unguessable text. */
export function newCode({ newSecret, digest }: Pick<FleetPorts, "newSecret" | "digest">): string {
  return digest(newSecret()).slice(0, codeLength);
}

export function createLinkCodes(
  ports: Pick<FleetPorts, "clock" | "newSecret" | "digest">,
): LinkCodes {
  const { clock } = ports;
  const codes = new Map<string, LinkCode>();
  const wrong = createTries(clock, { most: mostWrongCodes, withinMs: codeLifeMs });

  function forgetOld(): void {
    const now = clock.now();
    for (const [code, { expiresAt }] of codes) if (expiresAt <= now) codes.delete(code);
  }

  return {
    create(personId, { isFirst } = { isFirst: false }) {
      forgetOld();
      const code = newCode(ports);
      const expiresAt = isFirst ? Infinity : clock.now() + codeLifeMs;
      codes.set(code, { personId, expiresAt, isFirst });
      return { code, expiresAt };
    },
    look(code, account) {
      forgetOld();
      if (wrong.isSpent(account)) return "too-many";
      const found = codes.get(code.trim().toLowerCase());
      if (found === undefined) wrong.count(account);
      return found ?? "wrong";
    },
    spend(code) {
      codes.delete(code.trim().toLowerCase());
    },
  };
}
