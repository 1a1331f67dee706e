import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";
import { systemCodeOf } from "../core/system-error.ts";
import { parseJson } from "./hub-answer.ts";
import { createHubClient, NoHubError } from "./hub-client.ts";
import type { HubClient, HubPlace } from "./hub-client.ts";
import { readOptional } from "./read-optional.ts";
import { readLogin } from "./saved-login.ts";
import type { SavedLogin } from "./saved-login.ts";

/** What the environment says of the hub to talk to. */
export type ConnectionSettings = {
  dataDirectory: string;
  url?: string | undefined;
  token?: string | undefined;
};

const holderSchema = z.object({ pid: z.int().positive(), url: z.url().optional() });

/**
 * The hub that THOPTER_URL and THOPTER_TOKEN name, else the one of the saved login, else the one that
 * runs on the data directory.
 */
export async function connect(
  settings: ConnectionSettings,
  signal?: AbortSignal,
): Promise<HubClient> {
  return createHubClient(await findHub(settings, "token"), signal);
}

/**
 * Where the hub is and the token for it: a person's, or an agent's, which a login never stands in
 * for. Throws NoHubError when none runs.
 */
export async function findHub(
  settings: ConnectionSettings,
  tokenFile: "token" | "agent-token",
): Promise<HubPlace> {
  if (tokenFile === "agent-token" && settings.token?.startsWith("thp_person_") === true) {
    throw needsAgentToken("with a person's THOPTER_TOKEN");
  }
  const login = await loginFor(settings);
  if (login === undefined) return findByDirectory(settings, tokenFile);
  const { url } = login;
  if (settings.token !== undefined) return { url, token: settings.token };
  if (tokenFile === "token") return { url, token: login.token, remedy: remedyFor(url) };
  throw needsAgentToken(`at ${url} with your login`);
}

function needsAgentToken(how: string): UserError {
  return new UserError(
    `Cannot serve an agent ${how}: it needs a token of its own, which can never approve. Set THOPTER_TOKEN to one; "thopter token create --agent" makes it.`,
    { code: "unauthenticated" },
  );
}

/** The saved login, unless the environment names another hub: that one never gets its token. */
async function loginFor(settings: ConnectionSettings): Promise<SavedLogin | undefined> {
  const { dataDirectory, url, token } = settings;
  if (url !== undefined && token !== undefined) return undefined;
  const login = await readLogin(dataDirectory);
  if (login === undefined || url === undefined) return login;
  return new URL(url).origin === new URL(login.url).origin ? login : undefined;
}

function remedyFor(url: string): string {
  return `"thopter login ${url}" links this machine anew, "thopter logout" forgets the hub.`;
}

async function findByDirectory(
  settings: ConnectionSettings,
  tokenFile: "token" | "agent-token",
): Promise<HubPlace> {
  const running = await runningUrl(settings.dataDirectory);
  const url = settings.url ?? running;
  const token = settings.token ?? (await ownToken(settings, { running, tokenFile }));
  if (url === undefined) {
    throw new NoHubError(
      `Cannot find a running hub for the data directory "${settings.dataDirectory}". Start it with "thopter start", or set THOPTER_URL and THOPTER_TOKEN for a remote one, or link this machine to one with "thopter login <url>".`,
    );
  }
  if (token === undefined) {
    throw new UserError(
      `Cannot talk to the hub at ${url}: there is no token. Set THOPTER_TOKEN; "thopter token create" on the hub's machine makes one, and "thopter login ${url}" links this machine to it.`,
      { code: "unauthenticated" },
    );
  }
  return { url, token };
}

/** The token of this machine's hub, which goes to no other one. */
async function ownToken(
  { dataDirectory, url }: ConnectionSettings,
  { running, tokenFile }: { running: string | undefined; tokenFile: string },
): Promise<string | undefined> {
  if (url !== undefined && url !== running && !isLoopback(new URL(url).hostname)) return undefined;
  return (await readOptional(join(dataDirectory, tokenFile)))?.trim();
}

async function runningUrl(dataDirectory: string): Promise<string | undefined> {
  const text = await readOptional(join(dataDirectory, "hub.json"));
  if (text === undefined) return undefined;
  // A hub that died may leave half a file.
  const holder = holderSchema.safeParse(parseJson(text));
  return holder.success && isAlive(holder.data.pid) ? holder.data.url : undefined;
}

/** Whether a process with this id exists; another user's counts as well. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCodeOf(error) === "EPERM";
  }
}
