import { createHash, randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../core/errors.ts";
import type { CollectedLogin, StartedLogin } from "../core/login.ts";
import { CommandFailed, exitCodes } from "./command.ts";
import { NoHubError } from "./hub-client.ts";
import { createLoginDeskClient } from "./login-desk-client.ts";
import type { LoginDeskClient } from "./login-desk-client.ts";

/** Proxies and clients cut what takes longer. */
const waitMs = 30_000;
const retryMs = 1000;

type Seat = {
  signal: AbortSignal;
  /** Shows the code, once. */
  show: (started: StartedLogin) => void;
  note: (text: string) => void;
};
type Linked = Extract<CollectedLogin, { status: "approved" }>;

/**
 * Asks a hub for a token and waits until a person has confirmed it there. Throws CommandFailed, or
 * UserError with the words of the hub, when it does not come to that.
 */
export async function logIn(
  { url, label }: { url: string; label: string },
  { signal, show, note }: Seat,
): Promise<Linked> {
  const desk = createLoginDeskClient(url, signal);
  // Who sees the code could confirm it, but without this they cannot collect the token.
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("hex");
  const started = await desk.start({ label, challenge });
  const endsAt = Date.now() + started.expiresInMs;
  show(started);
  let isAway = false;
  for (;;) {
    const left = endsAt - Date.now();
    if (left <= 0) throw expired();
    const request = { id: started.id, verifier, waitMs: Math.min(waitMs, left) };
    const askedAt = Date.now();
    const collected = await collect(desk, request);
    if (collected === undefined && !isAway) note("The hub does not answer now. Still waiting.");
    isAway = collected === undefined;
    if (collected?.status === "approved") return collected;
    if (collected?.status === "denied") throw denied();
    if (collected?.status === "expired") throw expired();
    // A hub that does not wait is not asked without a pause.
    if (Date.now() - askedAt < retryMs) await sleep(retryMs, undefined, { signal });
  }
}

/** Undefined where the hub is away for a moment, or a proxy cut the wait: it is asked again. */
async function collect(
  desk: LoginDeskClient,
  request: Parameters<LoginDeskClient["collect"]>[0],
): Promise<CollectedLogin | undefined> {
  try {
    return await desk.collect(request);
  } catch (error) {
    if (error instanceof NoHubError) return undefined;
    if (error instanceof UserError && error.code === "unavailable") return undefined;
    throw error;
  }
}

const denied = (): CommandFailed =>
  new CommandFailed(
    "The login was denied. Nothing was saved; ask whoever denied it, then try again.",
    exitCodes.forbidden,
  );

const expired = (): CommandFailed =>
  new CommandFailed(
    "The login has expired: nobody confirmed it in time. Run it again for a new code.",
    exitCodes.timeout,
  );

/** What this machine calls itself to whoever confirms its login. */
export function ownLabel(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user may have no entry.
    return "somebody";
  }
}
