import type { Config } from "../config.ts";
import { UserError } from "../core/errors.ts";
import type { Isolation } from "../core/ports/provider.ts";

/**
 * Throws UserError where agents that run on this machine are not contained, and others than its user
 * could make some. What runs elsewhere reaches nothing of this machine.
 */
export function refuseUncontained(config: Config, isolation: Isolation): void {
  if (config.THOPTER_PROVIDER !== "local") return;
  const isLoopback = ["127.0.0.1", "localhost", "::1"].includes(config.THOPTER_HOST);
  const isPrivate = isLoopback && config.SLACK_BOT_TOKEN === undefined;
  if (isolation.contained || isPrivate || config.THOPTER_UNISOLATED !== undefined) return;
  const what = isLoopback ? "let Slack in" : `listen on "${config.THOPTER_HOST}"`;
  throw new UserError(
    `Cannot ${what}: thopters on this machine are not contained (${isolation.words}). Install bubblewrap, or accept that agents can reach everything you can with THOPTER_UNISOLATED=I_UNDERSTAND.`,
  );
}
