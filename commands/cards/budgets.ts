import type { Clock } from "../../src/core/ports/clock.ts";
import { createBudget } from "./budget.ts";
import type { Budget } from "./budget.ts";

/** What a message costs: each kind of call has a limit of its own at Slack, and posts one for each channel. */
export type Cost = { edits: true } | { home: true } | Post;
type Post = {
  /** A channel, or whoever it goes to directly. */
  postsTo: string;
  /** Its direct messages must be opened first. */
  opens: boolean;
  /** It may have arrived already: what stands there is read first. */
  looks: boolean;
};

/** Tier 3, about fifty a minute: https://docs.slack.dev/apis/web-api/rate-limits */
const third = { perMinute: 40, burst: 8 };
/** Tier 4, about a hundred a minute. */
const fourth = { perMinute: 80, burst: 10 };
/** A message a second in each channel, and some hundreds a minute in all. */
const inChannel = { perMinute: 58, burst: 2 };
const inAll = { perMinute: 200, burst: 20 };
const mostChannels = 500;

export type Budgets = { of(cost: Cost): Budget };

export function createBudgets(clock: Clock): Budgets {
  const edits = createBudget(clock, third);
  const opens = createBudget(clock, third);
  const looks = createBudget(clock, third);
  const home = createBudget(clock, fourth);
  const posts = createBudget(clock, inAll);
  const channels = new Map<string, Budget>();

  function channelOf(name: string): Budget {
    const known = channels.get(name);
    if (known !== undefined) return known;
    const oldest = channels.keys().next().value;
    if (channels.size >= mostChannels && oldest !== undefined) channels.delete(oldest);
    const made = createBudget(clock, inChannel);
    channels.set(name, made);
    return made;
  }

  return {
    of(cost) {
      if ("edits" in cost) return edits;
      if ("home" in cost) return home;
      const own = [channelOf(cost.postsTo)];
      if (cost.opens) own.push(opens);
      if (cost.looks) own.push(looks);
      return together(own, posts);
    },
  };
}

/** What needs each of them. A refusal closes those of its own, and not what all posts share. */
function together(own: readonly Budget[], shared: Budget): Budget {
  const all = [...own, shared];
  return {
    waitMs: (reserve) => Math.max(...all.map((one) => one.waitMs(reserve))),
    take() {
      for (const one of all) one.take();
    },
    hold(ms) {
      for (const one of own) one.hold(ms);
    },
  };
}
