import { createHash } from "node:crypto";

/** Ids in Slack's shape. */
export type Ids = {
  /** A prefix and capital letters, as in `C0AB12CD34`. */
  next(prefix: string, length?: number): string;
  /** Letters that nobody guesses who does not know the seed. */
  secret(length: number): string;
};

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const letters = `${capitals}abcdefghijklmnopqrstuvwxyz`;

/** The same seed gives the same ids. */
export function createIds(seed: string): Ids {
  let count = 0;

  function draw(length: number, alphabet: string): string {
    count += 1;
    const bytes = createHash("sha512")
      .update(`${seed} ${String(count)}`)
      .digest();
    return [...bytes.subarray(0, length)]
      .map((byte) => alphabet.charAt(byte % alphabet.length))
      .join("");
  }

  return {
    next: (prefix, length = 10) => `${prefix}${draw(length, capitals)}`,
    secret: (length) => draw(length, letters),
  };
}
