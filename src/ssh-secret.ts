import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "./core/errors.ts";

const bytes = 32;

/**
 * The secret that all SSH keys of this hub are derived from, in a file of the data directory that only
 * its user reads. Made once: without it the machines that stand can be destroyed, but not entered.
 */
export async function readSshSecret(directory: string): Promise<Buffer> {
  const path = join(directory, "ssh-secret");
  const known = await readOptional(path);
  if (known === undefined) return make(path);
  const secret = Buffer.from(known.trim(), "hex");
  if (secret.length === bytes) return secret;
  throw new UserError(
    `Cannot use "${path}": it is no secret of ${bytes} bytes in hex. Restore it, or remove it: then the machines that stand can be destroyed, but not entered.`,
  );
}

/** On the disk before any machine is made with it, whole or not at all. */
async function make(path: string): Promise<Buffer> {
  const secret = randomBytes(bytes);
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(`${secret.toString("hex")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return secret;
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
