import { lstat, mkdir } from "node:fs/promises";
import { userInfo } from "node:os";

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
