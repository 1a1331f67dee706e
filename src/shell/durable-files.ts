import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Puts a file in place whole, for its owner alone: after a crash there is the old content or the new one. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  await writeThrough(`${path}.new`, content);
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}

/** Writes a file that only its owner reads, and resolves once the disk has it. */
export async function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A file that was just made or moved is only as durable as the entry that names it. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
