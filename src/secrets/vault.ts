import { UserError } from "../core/errors.ts";
import type { Vault } from "../core/ports/vault.ts";
import { sealBytes, unsealBytes } from "./sealed-bytes.ts";

/**
 * Seals secrets with a key of 32 bytes, by AES-256-GCM with a nonce of its own for each. What is
 * sealed for one purpose, such as "identity default", cannot be read for another.
 */
export function createVault(key: Buffer, purpose: string): Vault {
  return {
    seal: (secret) => sealBytes(key, purpose, Buffer.from(secret)).toString("base64"),
    unseal(sealed) {
      try {
        return unsealBytes(key, purpose, Buffer.from(sealed, "base64")).toString("utf8");
      } catch (cause) {
        throw new UserError(
          `Cannot read a secret kept for "${purpose}": the hub's key is another than the one it was kept with. Restore "vault-key" in the data directory, or give the secret anew.`,
          { cause },
        );
      }
    },
  };
}
