import { LogLevel } from "@slack/bolt";
import type { Logger } from "@slack/bolt";
import type { SlackPorts } from "../ports.ts";
import { createSeen } from "./seen.ts";

const quietMs = 10 * 60_000;

/** Passes what Slack's libraries warn of to the hub's log: each message once in ten minutes, for an outage repeats itself. */
export function createBridgedLogger(
  { report, redact, clock }: Pick<SlackPorts, "report" | "redact" | "clock">,
  about: string,
): Logger {
  const seen = createSeen(clock, { forMs: quietMs, max: 100 });
  function pass(...parts: unknown[]): void {
    const words = redact(parts.map(wordsOf).join(" ")).slice(0, 500);
    if (seen.add(words.replace(/\d+/g, "0")) === "new") report(new Error(words), about);
  }
  const drop = (): void => undefined;
  return {
    debug: drop,
    info: drop,
    warn: pass,
    error: pass,
    setLevel: drop,
    getLevel: () => LogLevel.WARN,
    setName: drop,
  };
}

/** An error's message alone: what it carries beside may be a whole request. */
function wordsOf(part: unknown): string {
  if (part instanceof Error) return part.message;
  return typeof part === "string" ? part : "";
}
