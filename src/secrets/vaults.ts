import type { Vault } from "../core/ports/vault.ts";
import type { Redactor } from "../core/redact.ts";
import { createVault } from "./vault.ts";

/** What a line of a secret has at least to be known again: a key is shown line by line. */
const shortestLine = 12;

/** The vault for each purpose; whatever goes in or comes out is a secret that no exit lets pass. */
export function createVaults(
  key: Buffer,
  { learn }: Pick<Redactor, "learn">,
): (purpose: string) => Vault {
  return (purpose) => {
    const { seal, unseal } = createVault(key, purpose);
    return {
      seal(secret) {
        learn(partsOf(secret));
        return seal(secret);
      },
      unseal(sealed) {
        const secret = unseal(sealed);
        learn(partsOf(secret));
        return secret;
      },
    };
  };
}

/** A secret, and its lines: it may be shown without the others. */
export function partsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, ...lines.filter((line) => line.length >= shortestLine)];
}
