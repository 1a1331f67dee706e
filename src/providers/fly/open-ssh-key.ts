import { createPrivateKey, createPublicKey } from "node:crypto";

/** A key pair as OpenSSH reads it. */
export type OpenSshKey = {
  /** In OpenSSH's own format, without a passphrase. */
  privateFile: string;
  /** "ssh-ed25519" and the key's blob in base64. */
  publicLine: string;
};

/** Makes the ed25519 key of a seed of 32 bytes. */
export function openSshKeyOf(seed: Buffer): OpenSshKey {
  const pub = publicKeyOf(seed);
  const type = "ssh-ed25519";
  const blob = Buffer.concat([field(type), field(pub)]);
  // Both check numbers are the same; they serve for encrypted keys alone, as does the padding.
  const check = Buffer.alloc(8);
  const body = [check, field(type), field(pub), field(Buffer.concat([seed, pub])), field("")];
  const open = Buffer.concat(body);
  const padding = Buffer.from(Array.from({ length: (8 - (open.length % 8)) % 8 }, (_, i) => i + 1));
  const file = Buffer.concat([
    ...[Buffer.from("openssh-key-v1\0"), field("none"), field("none"), field(""), uint32(1)],
    ...[field(blob), field(Buffer.concat([open, padding]))],
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
  return {
    privateFile: [begin, ...lines, end, ""].join("\n"),
    publicLine: `${type} ${blob.toString("base64")}`,
  };
}

/** The head of an ed25519 key in PKCS #8 (RFC 8410), before its 32 bytes. */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
const publicBytes = 32;

function publicKeyOf(seed: Buffer): Buffer {
  const key = Buffer.concat([pkcs8Head, seed]);
  const secret = createPrivateKey({ key, format: "der", type: "pkcs8" });
  return createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-publicBytes);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
