import { lstat, mkdir, open, rename } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { isMissing } from "./file-failure.ts";

/** Puts a file in place whole: after a crash there is the old content or the new one. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Whether something has this name; a symlink counts as itself. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Makes a directory that this user alone may enter. Throws when another's lies there. */
export async function ensurePrivate(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const found = await lstat(path).catch(() => undefined);
    // Under /tmp anyone could have made it first.
    const isOurs = found?.isDirectory() === true && found.uid === userInfo().uid;
    if (!isOurs) throw error;
  }
}
