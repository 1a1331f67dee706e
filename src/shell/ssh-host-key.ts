import { createHash } from "node:crypto";
import type { Config } from "node-ssh";
import { ProviderError } from "../core/errors.ts";

export type PinnedKey = {
  blob: Buffer;
  /** What the server may prove it with, so that it shows this one of its keys and no other. */
  algorithms: NonNullable<NonNullable<Config["algorithms"]>["serverHostKey"]>;
};

const algorithmsOf: Record<string, PinnedKey["algorithms"]> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** Reads a public key as OpenSSH writes it: its type, its blob in base64, maybe a comment. */
export function parseHostKey(line: string): PinnedKey {
  const [type = "", encoded = ""] = line.trim().split(/\s+/);
  const blob = Buffer.from(encoded, "base64");
  const algorithms = algorithmsOf[type];
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const head = Buffer.concat([length, Buffer.from(type)]);
  if (algorithms === undefined || !blob.subarray(0, head.length).equals(head)) {
    const known = Object.keys(algorithmsOf).join(", ");
    throw new ProviderError(
      `Cannot use host key ${JSON.stringify(line.slice(0, 100))}: it is no OpenSSH public key of a known type. Types: ${known}.`,
      { kind: "permanent" },
    );
  }
  return { blob, algorithms };
}

export function wrongHostKey(place: string, pinned: PinnedKey, shown: Buffer): ProviderError {
  return new ProviderError(
    `Cannot connect to ${place}: it shows the host key ${fingerprint(shown)}, and this machine's is ${fingerprint(pinned.blob)}. Another machine answers there, or someone is between. Nothing was sent; find out which before you trust it.`,
    { kind: "permanent" },
  );
}

function fingerprint(blob: Buffer): string {
  const digest = createHash("sha256").update(blob).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}
