import type { KnownBlock } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import type { Card } from "../../src/core/card.ts";
import type { Message } from "../message.ts";
import type { SlackPorts } from "../ports.ts";
import type { Cost } from "./budgets.ts";
import type { CardRecords } from "./card-records.ts";
import { digestOf } from "./digest.ts";
import type { Drawer, Drawing } from "./drawing.ts";
import { redacted } from "./redacted.ts";
import { findPosted, markerOf } from "./posted.ts";
import { slackSays } from "./slack-errors.ts";

type Send = () => Promise<void>;

export type DeliveryPorts = Pick<SlackPorts, "clock" | "redact" | "report"> & {
  web: WebClient;
  records: CardRecords;
  drawer: Drawer;
  /** Where approvals go that reach nobody in direct messages. */
  channel: string | undefined;
  /** A card was posted, and is on record as posted. */
  onPosted(card: Card): Promise<void>;
  onDone(card: Card): Promise<void>;
  /** There is something more to write of it. */
  again(card: Card): void;
};

/** Brings one card from its record to Slack: found again or posted once, edited in place, moved or given up. */
export function createDelivery(ports: DeliveryPorts): {
  prepare(id: string): Promise<Send | undefined>;
  /** What writing it takes now. */
  costOf(id: string): Cost;
} {
  const { clock, web, records, drawer } = ports;
  /** Cards whose post may have arrived, with its time where Slack gave one: it is not on record yet. */
  const asked = new Map<string, string | undefined>();
  /** The direct messages of users, by user. */
  const directs = new Map<string, string>();

  async function finish(card: Card): Promise<void> {
    await ports.onDone(await records.change(card, (one) => ({ ...one, doneAt: clock.now() })));
  }

  /** The same for the same state, whatever the time. */
  const digest = (card: Card, drawing: Drawing): string =>
    digestOf(JSON.stringify(drawing.draw(card.createdAt)));

  async function send(card: Card, drawing: Drawing): Promise<void> {
    try {
      const written = card.ts === undefined ? await post(card, drawing) : await edit(card, drawing);
      // What was found is as it was when it was posted.
      if (written.ts !== undefined && written.digest !== digest(card, drawing)) {
        ports.again(written);
      } else if (drawing.isLast) await finish(written);
    } catch (error) {
      await settle(card, drawing, error);
    }
  }

  const messageOf = (drawing: Drawing): Message =>
    redacted(drawing.draw(clock.now()), ports.redact);

  async function edit(card: Card, drawing: Drawing): Promise<Card> {
    const place = { channel: card.channel ?? "", ts: card.ts ?? "" };
    await withoutBlocksIfRefused(messageOf(drawing), (content) =>
      web.chat.update({ ...place, ...content, parse: "none", link_names: false }),
    );
    return records.change(card, (one) => ({ ...one, digest: digest(card, drawing) }));
  }

  async function post(given: Card, drawing: Drawing): Promise<Card> {
    const card = await openPlace(given);
    const found = asked.get(card.id) ?? (mustLook(card) ? await findPosted(web, card) : undefined);
    if (found === undefined && drawing.isStale) return card;
    asked.set(card.id, found);
    const ts = found ?? (await postNew(card, messageOf(drawing)));
    asked.set(card.id, ts);
    const posted = await records.change(card, (one) => ({
      ...one,
      ts,
      digest: found === undefined ? digest(card, drawing) : "",
      postedAt: clock.now(),
    }));
    asked.delete(card.id);
    await ports.onPosted(posted);
    return posted;
  }

  /** Whether an earlier attempt, or an earlier hub, may have posted it. */
  function mustLook(card: Card): boolean {
    return asked.has(card.id) || records.isLeftOver(card.id);
  }

  /** Direct messages have an address of their own, which Slack gives. */
  async function openPlace(card: Card): Promise<Card> {
    if (card.channel !== undefined) return card;
    const channel = await directOf(card.userId ?? "");
    return records.change(card, (one) => ({ ...one, channel }));
  }

  async function directOf(userId: string): Promise<string> {
    const known = directs.get(userId);
    if (known !== undefined) return known;
    const { channel } = await web.conversations.open({ users: userId });
    const id = channel?.id;
    if (id === undefined) throw new Error("Cannot open direct messages: Slack named no channel");
    directs.set(userId, id);
    return id;
  }

  async function postNew(card: Card, message: Message): Promise<string> {
    const place = {
      channel: card.channel ?? "",
      ...(card.thread === undefined ? {} : { thread_ts: card.thread }),
    };
    const write = web.chat.postMessage;
    const { ts } = await withoutBlocksIfRefused(message, (content) =>
      write({
        ...place,
        ...content,
        metadata: markerOf(card),
        parse: "none",
        link_names: false,
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    if (ts === undefined) throw new Error("Cannot post a message: Slack named no time for it");
    return ts;
  }

  /** A message that Slack refuses is our mistake: the text alone says the same. */
  async function withoutBlocksIfRefused<T>(
    message: Message,
    write: (content: { text: string; blocks: KnownBlock[] }) => Promise<T>,
  ): Promise<T> {
    const { text, blocks = [] } = message;
    try {
      return await write({ text, blocks });
    } catch (error) {
      if (!slackSays.contentIsRefused(error) || blocks.length === 0) throw error;
      ports.report(error, "the blocks of a message");
      return write({ text: text.slice(0, 3000), blocks: [] });
    }
  }

  /** Gives a card up, or moves it, where Slack says that it cannot be where it is; rethrows the rest. */
  async function settle(given: Card, drawing: Drawing, error: unknown): Promise<void> {
    const card = records.live(given.id) ?? given;
    if (slackSays.threadIsLost(error)) return move(card, ({ thread: _thread, ...one }) => one);
    const isGone = slackSays.messageIsGone(error);
    if (!isGone && !slackSays.placeIsClosed(error)) {
      if (slackSays.nothingWasDone(error)) asked.delete(card.id);
      throw error;
    }
    // Who deleted a card does not want it; but a decision must not be lost with it.
    const isWanted = !drawing.isLast && (!isGone || card.subject.kind === "approval");
    const refuge = isWanted ? refugeOf(card) : undefined;
    if (refuge === undefined) {
      if (isWanted) ports.report(error, `giving up the message "${card.id}"`);
      await finish(card);
      return;
    }
    await move(card, () => refuge);
  }

  /** A card in the next place where it may be seen; each is tried once. */
  function refugeOf(card: Card): Card | undefined {
    const { channel: _channel, thread: _thread, ts: _ts, userId, ...one } = card;
    if (!card.isDirect && userId !== undefined) return { ...one, userId, isDirect: true };
    const { channel } = ports;
    if (card.subject.kind !== "approval" || channel === undefined) return undefined;
    return channel === card.channel ? undefined : { ...one, channel, isDirect: false };
  }

  async function move(card: Card, patch: (card: Card) => Card): Promise<void> {
    asked.delete(card.id);
    ports.again(await records.change(card, patch));
  }

  return {
    costOf(id) {
      const card = records.live(id);
      if (card === undefined || card.ts !== undefined) return { edits: true };
      return postOf(card, { direct: directs.get(card.userId ?? ""), looks: mustLook(card) });
    },
    async prepare(id) {
      const card = records.live(id);
      if (card === undefined) return undefined;
      const drawing = await drawer.look(card);
      if (drawing === "later") return undefined;
      const isNew = card.ts === undefined;
      if (drawing === "never" || (isNew && drawing.isStale && !mustLook(card))) {
        await finish(card);
        return undefined;
      }
      if (isNew || card.digest !== digest(card, drawing)) return () => send(card, drawing);
      if (drawing.isLast) await finish(card);
      return undefined;
    },
  };
}

function postOf(
  { channel, userId = "" }: Card,
  { direct, looks }: { direct: string | undefined; looks: boolean },
): Cost {
  const opens = channel === undefined && direct === undefined;
  return { postsTo: channel ?? direct ?? userId, opens, looks };
}
