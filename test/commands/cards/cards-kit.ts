import { LogLevel, WebClient } from "@slack/web-api";
import { expect, onTestFinished } from "vitest";
import type { Ask } from "../../../commands/ask.ts";
import type { Cards } from "../../../commands/cards/cards.ts";
import { createCards } from "../../../commands/cards/create-cards.ts";
import type { Message } from "../../../commands/message.ts";
import type { SlackUser } from "../../../src/core/person.ts";
import type { Fleet } from "../../../src/core/ports/fleet.ts";
import type { Store } from "../../../src/core/ports/store.ts";
import type { ApiCall, SimMessage } from "../../../src/simulators/slack/world.ts";
import { createSlackSimulator } from "../../../src/simulators/slack/simulator.ts";
import type { SlackSimulator } from "../../../src/simulators/slack/simulator.ts";
import { validateMessage, validateView } from "../../../src/simulators/slack/blocks/validate.ts";
import { callers, startRig } from "../../fleet/rig.ts";
import type { Rig, RigOptions } from "../../fleet/rig.ts";
import { createManualClock, settle } from "../../manual-clock.ts";
import type { ManualClock } from "../../manual-clock.ts";
import { expectNothingRefused } from "../refused.ts";

type Who = "ann" | "ben" | "ada" | "vera";
type Call = { method: string; args: Record<string, unknown>; at: number };

/** The cards over the real fleet, before the simulator of Slack, on a clock that tests move. */
export type CardsKit = {
  rig: Rig;
  slack: SlackSimulator;
  cards: Cards;
  clock: ManualClock;
  reports: string[];
  /** The app's way to Slack, for what others write with it. */
  web: WebClient;
  /** What went out to Slack, answered or not. */
  sent: Call[];
  /** Lets everything go on that needs no time. */
  idle(): Promise<void>;
  user(who: Who): SlackUser;
  ask(who: Who, place?: Partial<Ask>): Ask & { whispers: Message[] };
  /** What stands in a channel, by name, or in someone's direct messages, by `@name`. */
  shown(place: string): SimMessage[];
  /** The text of what stands there, one message each. */
  texts(place: string): string[];
  /** The edits that Slack took. */
  edits(): ApiCall[];
  /** A new hub and new cards over the same records and the same Slack, as after a crash. */
  restart(): Promise<CardsKit>;
  stop(): Promise<void>;
};

export type KitOptions = {
  rig?: RigOptions;
  slack?: SlackSimulator;
  channel?: string;
  /** Stands before the store of the cards. */
  wrapStore?: (store: Store) => Store;
  wrapFleet?: (fleet: Fleet) => Fleet;
  /** Persons with a Slack account. */
  linked?: readonly Who[];
  /** Whether Slack may be asked for what stands in a channel; the simulator cannot be. */
  hasHistory?: boolean;
  isStarted?: boolean;
};

export async function startCardsKit(options: KitOptions = {}): Promise<CardsKit> {
  const inFlight = new Set<Promise<unknown>>();
  const clock = options.rig?.clock ?? createManualClock(Date.UTC(2026, 0, 5), idle);
  const slack = options.slack ?? (await startSlack(clock));
  const rig = await startRig({ ...options.rig, clock });
  const reports: string[] = [];
  const sent = sentTo.get(slack) ?? [];
  sentTo.set(slack, sent);

  /** Nothing is under way: neither here nor between here and Slack. */
  async function idle(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      await settle();
      if (inFlight.size === 0) quiet += 1;
      else {
        quiet = 0;
        await Promise.all(inFlight);
      }
    }
  }

  const send: typeof fetch = (input, init) => {
    const [, method = ""] = /\/api\/([\w.]+)/.exec(String(input)) ?? [];
    const args = Object.fromEntries(new URLSearchParams(String(init?.body)));
    sent.push({ method, args, at: clock.now() });
    const call =
      isHistory(method) && options.hasHistory === true ? history(args) : fetch(input, init);
    const ended = call.then(
      () => undefined,
      () => undefined,
    );
    inFlight.add(ended);
    // The client reads the answer's body after that.
    void ended.then(settle).then(() => inFlight.delete(ended));
    return call;
  };

  /** What was posted, as Slack tells it to an app that may read. */
  async function history({ channel }: Record<string, string>): Promise<Response> {
    const posts = sent.filter(({ method }) => method === "chat.postMessage");
    const messages = slack.messages(channel ?? "").map(({ ts, versions }) => {
      const post = posts.find(({ args }) => args["text"] === versions[0]?.text);
      return { ts, metadata: JSON.parse(String(post?.args["metadata"])) as unknown };
    });
    return Response.json({ ok: true, messages });
  }

  function client(): WebClient {
    return new WebClient(slack.secrets.botToken, {
      slackApiUrl: `${baseUrls.get(slack) ?? ""}/api/`,
      fetch: send,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      logLevel: LogLevel.ERROR,
    });
  }

  function user(who: Who): SlackUser {
    const { id, teamId } = slack.workspace.user(who);
    return { teamId, userId: id, name: who, role: callers[who].role };
  }

  for (const who of options.linked ?? ["ann", "ben", "ada"]) {
    if (rig.fleet.slackPeople.accountOf(who) !== undefined) continue;
    const { code } = await rig.fleet.createLinkCode(callers[who]);
    await rig.fleet.slackPeople.claim(user(who), code);
  }
  const store = options.wrapStore?.(rig.store) ?? rig.store;
  const cards = createCards(
    {
      fleet: options.wrapFleet?.(rig.fleet) ?? rig.fleet,
      people: rig.fleet.slackPeople,
      warnings: rig.fleet.warnings,
      store,
      clock,
      newId: () => "id",
      redact: (text) => text.replaceAll("a-configured-secret", "[redacted]"),
      report(error, about) {
        reports.push(`${about}: ${error instanceof Error ? error.message : String(error)}`);
        return "ref";
      },
      web: { background: client(), interactive: client() },
    },
    {
      channel:
        options.channel === undefined ? undefined : slack.workspace.channel(options.channel).id,
    },
  );
  const web = client();
  let isStopped = false;
  async function stop(): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    await cards.stop();
    // Slack took every message as it was.
    expect(reports.filter((about) => about.startsWith("the blocks of"))).toEqual([]);
  }
  onTestFinished(stop);
  if (options.isStarted !== false) await cards.start();
  await idle();

  function roomOf(place: string): string {
    return place.startsWith("@")
      ? slack.workspace.direct(slack.workspace.user(place.slice(1)).id).id
      : place;
  }

  const kit: CardsKit = {
    ...{ rig, slack, cards, clock, reports, web, sent, idle, user, stop },
    ask(who, place = {}) {
      const whispers: Message[] = [];
      return {
        caller: { ...callers[who], front: "slack" },
        user: user(who),
        channel: slack.workspace.channel("general").id,
        thread: undefined,
        threadThopter: undefined,
        via: "command",
        key: "key",
        carriedOut: () => [],
        onlyOnce: async () => undefined,
        signal: new AbortController().signal,
        whisper: async (message) => void whispers.push(message),
        replace: async () => undefined,
        dismiss: async () => undefined,
        openModal: async () => undefined,
        ...place,
        whispers,
      };
    },
    shown: (place) => slack.messages(roomOf(place)),
    texts: (place) => kit.shown(place).map(({ text }) => text.replaceAll("\u2060", "")),
    edits: () => slack.calls("chat.update").filter(({ answer }) => answer["ok"] === true),
    async restart() {
      await stop();
      const again = await rig.restart();
      return startCardsKit({
        ...options,
        rig: { ...options.rig, clock, store: again.store, world: again.world },
        slack,
      });
    },
  };
  return kit;
}

const isHistory = (method: string): boolean =>
  method === "conversations.history" || method === "conversations.replies";

const sentTo = new WeakMap<SlackSimulator, Call[]>();
const baseUrls = new WeakMap<SlackSimulator, string>();

async function startSlack(clock: ManualClock): Promise<SlackSimulator> {
  const slack = createSlackSimulator({ clock, seed: "cards", validateMessage, validateView });
  const names = ["ann", "ben", "ada", "vera"];
  for (const name of names) slack.workspace.addUser({ name });
  for (const name of ["general", "fleet", "random", "old"]) {
    for (const one of names)
      slack.workspace.channel(name).members.add(slack.workspace.user(one).id);
  }
  baseUrls.set(slack, await slack.listen(0));
  onTestFinished(async () => {
    await slack.close();
    expectNothingRefused(slack);
  });
  return slack;
}

/** All buttons of a message, by their words. */
export function buttonsOf(message: SimMessage | undefined): string[] {
  const blocks = (message?.blocks ?? []) as {
    type?: string;
    elements?: { text?: { text?: string } }[];
  }[];
  return blocks
    .filter(({ type }) => type === "actions")
    .flatMap(({ elements = [] }) => elements.map(({ text }) => text?.text ?? ""));
}
