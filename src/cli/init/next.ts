import type { Finding } from "../commands/doctor.ts";
import { isBad } from "../commands/doctor.ts";
import { findHub } from "../connection.ts";
import type { ConnectionSettings } from "../connection.ts";
import { NoHubError } from "../hub-client.ts";

/** What to do next, with what is to be installed first. */
export async function nextOf(
  { dataDirectory }: ConnectionSettings,
  programs: readonly Finding[],
): Promise<string> {
  const installs = programs.filter(isBad).flatMap(({ mend }) => mend ?? []);
  const isRunning = await runsAt(dataDirectory);
  const start = isRunning ? ["stop the hub that runs", "thopter start"] : ["thopter start"];
  return [...installs, ...start].join(", then ");
}

/** Settings are read when a hub starts. */
async function runsAt(dataDirectory: string): Promise<boolean> {
  try {
    // Only whether one runs here matters.
    await findHub({ dataDirectory, token: "none" }, "token");
    return true;
  } catch (error) {
    if (error instanceof NoHubError) return false;
    throw error;
  }
}
