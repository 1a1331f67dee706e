import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachinePlaces } from "../../core/ports/provider.ts";
import { homeInside } from "./processes.ts";
import { runInside } from "./sandbox-keeper.ts";

// A Unix socket's path has at most 103 bytes on macOS; the rest is for names like "tmux.sock".
const longestRun = 70;

/** Where a machine's run-time files lie, outside; short enough for sockets in any case. */
export function createRunPlaces(directory: string): (machineId: string) => string {
  const digest = createHash("sha256").update(directory).digest("hex").slice(0, 8);
  return (machineId) => {
    const usual = join(directory, machineId, "run");
    return Buffer.byteLength(usual) <= longestRun
      ? usual
      : join(tmpdir(), `thopter-${digest}-${machineId}`);
  };
}

/** The same for every machine: each sandbox has its own behind these. */
export const placesInside: MachinePlaces = { home: homeInside, run: runInside };
