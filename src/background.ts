import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "./core/errors.ts";

/** How long a hub may take to read everything back and listen, in milliseconds. */
const startMs = 60_000;
const ready = "ready";
const logTail = 2000;

/** Starts a hub that outlives this process, and resolves once it listens. Throws UserError with its last words. */
export async function startInBackground(
  { program, dataDirectory }: { program: string; dataDirectory: string },
  signal: AbortSignal,
): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const path = join(dataDirectory, "start.log");
  const log = await open(path, "w", 0o600);
  try {
    const child = spawn(process.execPath, [program, "start"], {
      detached: true,
      stdio: ["ignore", log.fd, log.fd, "ipc"],
    });
    await whenReady(child, AbortSignal.any([signal, AbortSignal.timeout(startMs)]));
    child.disconnect();
    child.unref();
  } catch (cause) {
    const words = (await readFile(path, "utf8")).trim().slice(-logTail);
    throw new UserError(
      `Cannot start a hub in the background: ${words === "" ? "it did not answer" : words}`,
      { code: "unavailable", cause },
    );
  } finally {
    await log.close();
  }
}

/** Tells whoever started this process in the background that the hub listens. */
export function announceReady(): void {
  process.send?.(ready);
}

async function whenReady(child: ChildProcess, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener(
      "abort",
      () => reject(new Error("it took too long", { cause: signal.reason })),
      { once: true },
    );
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`it ended with exit code ${code}`)));
    child.on("message", (message) => {
      if (message === ready) resolve();
    });
  });
}
