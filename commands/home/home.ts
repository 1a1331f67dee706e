import type { HomeView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import type { Caller } from "../../src/core/actor.ts";
import type { SlackUser } from "../../src/core/person.ts";
import type { SlackPorts } from "../ports.ts";
import { digestOf } from "../cards/digest.ts";
import { redacted } from "../cards/redacted.ts";
import { homeView } from "./home-view.ts";

/** App Home is kept up to date this long after it was opened, in milliseconds. */
const keptMs = 30 * 60_000;
const mostKept = 100;
/** What changes within this time is published at once, in milliseconds. */
const gatherMs = 5000;
const mostListed = 100;
const prefix = "home|";

type Opened = { user: SlackUser; caller?: Caller; at: number; digest?: string };

/** App Home of those who opened it lately. It is on no record: whoever opens it again sees it again. */
export type Home = {
  /** The key under which it is written. */
  open(user: SlackUser): string;
  isKey(key: string): boolean;
  prepare(key: string): Promise<(() => Promise<void>) | undefined>;
  /** Something in the fleet changed. */
  onChange(): void;
  stop(): void;
};

type HomePorts = Pick<SlackPorts, "fleet" | "people" | "clock" | "redact"> & { web: WebClient };

export function createHome(ports: HomePorts, touch: (key: string) => void): Home {
  const { fleet, people, clock, web } = ports;
  const opened = new Map<string, Opened>();
  let cancelTimer: (() => void) | undefined;

  /** Who they were when they opened it: to identify them again would put the role on record that they had then. */
  async function callerOf(one: Opened): Promise<Caller> {
    const isGiven = people.givenRoleOf(one.user) !== undefined;
    if (isGiven || one.caller === undefined) one.caller = await people.identify(one.user);
    return one.caller;
  }

  /** As that person sees the fleet: what they may not see, the fleet does not tell. */
  async function look(one: Opened): Promise<HomeView> {
    const caller = await callerOf(one);
    const [own, everyone, status, approvals] = await Promise.all([
      fleet.listThopters(caller, { mine: true, limit: mostListed }),
      fleet.listThopters(caller, { limit: mostListed }),
      fleet.status(caller),
      fleet.listApprovals(caller, { pendingOnly: true }),
    ]);
    return homeView({
      role: caller.role,
      own: own.items,
      fleet: everyone.items,
      status,
      approvals,
    });
  }

  function forgetOld(): void {
    const until = clock.now() - keptMs;
    for (const [key, { at }] of opened) {
      if (at <= until || opened.size > mostKept) opened.delete(key);
    }
  }

  return {
    open(user) {
      const key = `${prefix}${user.userId}`;
      opened.delete(key);
      opened.set(key, { user, at: clock.now() });
      forgetOld();
      return key;
    },
    isKey: (key) => key.startsWith(prefix),
    async prepare(key) {
      const one = opened.get(key);
      if (one === undefined) return undefined;
      const view = redacted(await look(one), ports.redact);
      // A table sorts by numbers that nobody sees, and that grow all the time.
      const visible = (_key: string, value: unknown): unknown =>
        typeof value === "number" ? undefined : value;
      const digest = digestOf(JSON.stringify(view, visible));
      if (one.digest === digest) return undefined;
      return async () => {
        await web.views.publish({ user_id: one.user.userId, view });
        one.digest = digest;
      };
    },
    onChange() {
      if (opened.size === 0 || cancelTimer !== undefined) return;
      cancelTimer = clock.after(gatherMs, () => {
        cancelTimer = undefined;
        forgetOld();
        for (const key of opened.keys()) touch(key);
      });
    },
    stop() {
      cancelTimer?.();
    },
  };
}
