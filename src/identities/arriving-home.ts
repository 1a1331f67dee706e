import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { pipeline } from "node:stream";
import { UserError } from "../core/errors.ts";
import { homeLimits } from "../core/identity.ts";
import type { ArrivedHome } from "../core/ports/identities.ts";

const cipher = "aes-256-ctr";

/**
 * Writes what arrives to a file as it comes, so that it takes no memory, and removes the file when
 * that fails. The key is in memory alone: what a hub that died left behind nobody can read.
 */
export async function receiveHome(
  path: string,
  archive: AsyncIterable<Uint8Array>,
): Promise<ArrivedHome> {
  const [key, nonce] = [randomBytes(32), randomBytes(16)];
  const remove = (): Promise<void> => rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    const sealing = createCipheriv(cipher, key, nonce);
    let bytes = 0;
    for await (const chunk of archive) {
      bytes += chunk.byteLength;
      if (bytes > homeLimits.packedBytes) throw tooLarge();
      await file.writeFile(sealing.update(chunk));
    }
  } catch (error) {
    await file.close();
    await remove();
    throw error;
  }
  await file.close();
  return {
    // Whoever reads hears of what goes wrong.
    read: () =>
      pipeline(createReadStream(path), createDecipheriv(cipher, key, nonce), () => undefined),
    remove,
  };
}

function tooLarge(): UserError {
  return new UserError(
    `Cannot take the home: it is larger than ${homeLimits.packedBytes / 1024 ** 2} MB packed. Leave some of it out with --exclude.`,
  );
}
