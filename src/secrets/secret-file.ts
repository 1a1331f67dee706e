import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { isMissing } from "../core/system-error.ts";
import { writeDurably } from "../shell/durable-files.ts";

const bytes = 32;

/** What each secret of a hub is for, by the name of its file. */
const uses = {
  "ssh-secret": "then the machines that stand can be destroyed, but not entered",
  "vault-key": "then the logins and variables that the hub keeps have to be given anew",
} as const;

/**
 * A secret of 32 bytes in a file of the data directory that only its user reads. Made once, when it is
 * first asked for. Throws UserError when the file holds something else.
 */
export async function readSecretFile(directory: string, name: keyof typeof uses): Promise<Buffer> {
  const path = join(directory, name);
  const known = await readOptional(path);
  if (known === undefined) return make(path);
  const secret = Buffer.from(known.trim(), "hex");
  if (secret.length === bytes) return secret;
  throw new UserError(
    `Cannot use "${path}": it is no secret of ${bytes} bytes in hex. Restore it, or remove it: ${uses[name]}.`,
  );
}

/** On the disk before anything depends on it. */
async function make(path: string): Promise<Buffer> {
  const secret = randomBytes(bytes);
  await writeDurably(path, `${secret.toString("hex")}\n`);
  return secret;
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
