import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { UserError } from "./core/errors.ts";
import type { Vault } from "./core/ports/vault.ts";

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals secrets with a key of 32 bytes, by AES-256-GCM with a nonce of its own for each. What is
 * sealed for one purpose, such as "identity default", cannot be read for another.
 */
export function createVault(key: Buffer, purpose: string): Vault {
  const about = Buffer.from(purpose);
  return {
    seal(secret) {
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
      sealing.setAAD(about);
      const text = Buffer.concat([sealing.update(secret, "utf8"), sealing.final()]);
      return Buffer.concat([nonce, sealing.getAuthTag(), text]).toString("base64");
    },
    unseal(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      const tagEnd = nonceBytes + tagBytes;
      try {
        const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        opening.setAAD(about);
        opening.setAuthTag(bytes.subarray(nonceBytes, tagEnd));
        const text = Buffer.concat([opening.update(bytes.subarray(tagEnd)), opening.final()]);
        return text.toString("utf8");
      } catch (cause) {
        throw new UserError(
          `Cannot read a secret kept for "${purpose}": the hub's key is another than the one it was kept with. Restore "vault-key" in the data directory, or give the secret anew.`,
          { cause },
        );
      }
    },
  };
}
