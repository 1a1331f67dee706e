import { createHash, randomBytes } from "node:crypto";

/** Unguessable text of 192 bits, fit for addresses, headers and command lines: no option begins like it. */
export function newSecret(): string {
  return randomBytes(24).toString("hex");
}

/** The SHA-256 of a text, in hex. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
