import { execFileSync } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "../temp-directory.ts";

/** Whether this user may mount a file system: root may, but not in every container. */
export const canMount = mountWorks();

/** A file system of its own, of `bytes`, for the running test. */
export function smallDisk(bytes: number): { directory: string; makeReadOnly: () => void } {
  const directory = join(temporaryDirectory(), "disk");
  mkdirSync(directory);
  mount(directory, `size=${String(bytes)}`);
  // Lazily, for a database that could not be opened is closed no sooner than it is collected.
  onTestFinished(() => unmount(directory));
  return { directory, makeReadOnly: () => mount(directory, "remount,ro") };
}

function mount(directory: string, options: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", directory], { stdio: "pipe" });
}

function unmount(directory: string): void {
  execFileSync("umount", ["-l", directory], { stdio: "pipe" });
}

function mountWorks(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const directory = join(tmpdir(), `thopter-mount-${String(process.pid)}`);
  mkdirSync(directory);
  try {
    mount(directory, "size=4096");
    unmount(directory);
    return true;
  } catch {
    // No right to mount here: the tests take another way to a full disk.
    return false;
  } finally {
    rmdirSync(directory);
  }
}
