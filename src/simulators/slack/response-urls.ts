import type { Clock } from "../../core/ports/clock.ts";
import type { Ids } from "./ids.ts";

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const uses = 5;
const lifeMs = 30 * 60_000;

/** What an answer to a response_url may change, and who may see it. */
export type Hook = {
  channel: string;
  user: string;
  threadTs: string | undefined;
  /** The message that was acted on; a command has none. */
  original: string | undefined;
};

export type ResponseUrls = {
  /** A path that nobody guesses. */
  issue(kind: "commands" | "actions", hook: Hook): string;
  /** Uses it once, or says why that cannot be. */
  use(path: string): Hook | "used_url" | "expired_url" | undefined;
};

export function createResponseUrls(clock: Clock, ids: Ids): ResponseUrls {
  const hooks = new Map<string, { hook: Hook; left: number; until: number }>();
  return {
    issue(kind, hook) {
      const path = `/${kind}/${ids.next("", 12)}/${ids.secret(32)}`;
      hooks.set(path, { hook, left: uses, until: clock.now() + lifeMs });
      return path;
    },
    use(path) {
      const found = hooks.get(path);
      if (found === undefined) return undefined;
      if (clock.now() >= found.until) return "expired_url";
      if (found.left === 0) return "used_url";
      found.left -= 1;
      return found.hook;
    },
  };
}
