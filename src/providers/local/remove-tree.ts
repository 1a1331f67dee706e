import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
// Fixed, so that no program that a thopter brought is taken for these.
const env = { PATH: "/usr/bin:/bin:/run/current-system/sw/bin", LC_ALL: "C" };

/**
 * Removes a directory and all below it, also what is read-only, nested deeper than a path may be
 * long, or named in bytes that are no text. Follows no symlink. Nothing there is success.
 */
export async function removeTree(path: string, signal: AbortSignal): Promise<void> {
  // Node's own `rm` names each file by its whole path, and stops at directories it may not read.
  const options = { env, cwd: "/", signal };
  try {
    await execute("rm", ["-rf", "--", path], options);
  } catch {
    signal.throwIfAborted();
    // What the owner took away from himself he can give back; a failure shows in the second rm.
    await execute("chmod", ["-R", "u+rwX", "--", path], options).catch(() => undefined);
    await execute("rm", ["-rf", "--", path], options);
  }
}
