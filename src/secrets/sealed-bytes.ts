import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Bytes sealed by AES-256-GCM with a nonce of their own, readable for the same purpose alone. */
export function sealBytes(key: Buffer, purpose: string, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([sealing.update(bytes), sealing.final()]);
  return Buffer.concat([nonce, sealing.getAuthTag(), sealed]);
}

/** Throws when they were sealed with another key, for another purpose, or changed since. */
export function unsealBytes(key: Buffer, purpose: string, sealed: Buffer): Buffer {
  const tagEnd = nonceBytes + tagBytes;
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAAD(Buffer.from(purpose));
  opening.setAuthTag(sealed.subarray(nonceBytes, tagEnd));
  return Buffer.concat([opening.update(sealed.subarray(tagEnd)), opening.final()]);
}
