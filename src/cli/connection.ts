import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { createHubClient, NoHubError } from "./hub-client.ts";
import type { HubClient } from "./hub-client.ts";

/** What the environment says of the hub to talk to. */
export type ConnectionSettings = {
  dataDirectory: string;
  url?: string | undefined;
  token?: string | undefined;
};

const holderSchema = z.object({ pid: z.int().positive(), url: z.url().optional() });

/** The hub that runs on the data directory, or the one that THOPTER_URL and THOPTER_TOKEN name. */
export async function connect(
  settings: ConnectionSettings,
  tokenFile: "token" | "agent-token" = "token",
): Promise<HubClient> {
  return createHubClient(await findHub(settings, tokenFile));
}

/** Where the hub is and the token for it. Throws NoHubError when none runs. */
export async function findHub(
  settings: ConnectionSettings,
  tokenFile: "token" | "agent-token",
): Promise<{ url: string; token: string }> {
  const url = settings.url ?? (await runningUrl(settings.dataDirectory));
  const token =
    settings.token ?? (await readOptional(join(settings.dataDirectory, tokenFile)))?.trim();
  if (url === undefined) {
    throw new NoHubError(
      `Cannot find a running hub for the data directory "${settings.dataDirectory}". Start it with "thopter start", or set THOPTER_URL and THOPTER_TOKEN for a remote one.`,
    );
  }
  if (token === undefined) {
    throw new UserError(
      `Cannot talk to the hub at ${url}: there is no token. Set THOPTER_TOKEN; "thopter token create" on the hub's machine makes one.`,
      { code: "unauthenticated" },
    );
  }
  return { url, token };
}

async function runningUrl(dataDirectory: string): Promise<string | undefined> {
  const text = await readOptional(join(dataDirectory, "hub.json"));
  if (text === undefined) return undefined;
  const holder = holderSchema.safeParse(parseJson(text));
  return holder.success && isAlive(holder.data.pid) ? holder.data.url : undefined;
}

/** Undefined for what is no JSON: a hub that died may leave that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // ENOTDIR: a part of the path is a file, so there is none either.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Whether a process with this id exists; another user's counts as well. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
