import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/** Writes a file anew. Nobody ever reads half of it, and nobody but its owner reads any of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const made = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(made, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(made, path);
  } finally {
    await rm(made, { force: true });
  }
}
