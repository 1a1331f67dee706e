import type { FleetPorts } from "./ports.ts";

/** How long a code may be claimed, in milliseconds. */
const lifeMs = 10 * 60_000;
/** Wrong codes that one account may try in the life of a code. */
const mostWrong = 5;
const codeLength = 10;

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

export function createLinkCodes({
  clock,
  newSecret,
  digest,
}: Pick<FleetPorts, "clock" | "newSecret" | "digest">): LinkCodes {
  const codes = new Map<string, LinkCode>();
  const wrong = new Map<string, { count: number; until: number }>();

  function forgetOld(): void {
    const now = clock.now();
    for (const [code, { expiresAt }] of codes) if (expiresAt <= now) codes.delete(code);
    for (const [account, { until }] of wrong) if (until <= now) wrong.delete(account);
  }

  return {
    create(personId, { isFirst } = { isFirst: false }) {
      forgetOld();
      // Letters and digits that are easy to type: 40 bits of a digest of an unguessable text.
      const code = digest(newSecret()).slice(0, codeLength);
      const expiresAt = isFirst ? Infinity : clock.now() + lifeMs;
      codes.set(code, { personId, expiresAt, isFirst });
      return { code, expiresAt };
    },
    look(code, account) {
      forgetOld();
      const tries = wrong.get(account) ?? { count: 0, until: clock.now() + lifeMs };
      if (tries.count >= mostWrong) return "too-many";
      const found = codes.get(code.trim().toLowerCase());
      if (found !== undefined) return found;
      wrong.set(account, { ...tries, count: tries.count + 1 });
      return "wrong";
    },
    spend(code) {
      codes.delete(code.trim().toLowerCase());
    },
  };
}
