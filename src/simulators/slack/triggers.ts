import type { Clock } from "../../core/ports/clock.ts";
import type { Ids } from "./ids.ts";
import { refuse } from "./reply.ts";

/** How long a trigger lives, in milliseconds: https://docs.slack.dev/interactivity/handling-user-interaction */
const lifeMs = 3000;

export type Trigger = { user: string; viewId: string | undefined };

/** What lets the app open a view for the person who just did something. */
export type Triggers = {
  issue(trigger: Trigger): string;
  /** Whose it is. Refuses one that is unknown, too old or used. */
  exchange(id: string): Trigger;
};

export function createTriggers(clock: Clock, ids: Ids): Triggers {
  const issued = new Map<string, Trigger & { until: number; isUsed: boolean }>();
  return {
    issue(trigger) {
      const id = `${ids.next("", 12)}.${ids.secret(24)}`;
      issued.set(id, { ...trigger, until: clock.now() + lifeMs, isUsed: false });
      return id;
    },
    exchange(id) {
      const found = issued.get(id);
      if (found === undefined) throw refuse("invalid_trigger_id");
      if (found.isUsed) throw refuse("exchanged_trigger_id");
      if (clock.now() >= found.until) throw refuse("expired_trigger_id");
      found.isUsed = true;
      return found;
    },
  };
}
