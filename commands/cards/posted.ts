import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Card } from "../../src/core/card.ts";
import { slackSays } from "./slack-errors.ts";

const eventType = "thopter_card";
/** Slack's clock and ours may differ by this much, in milliseconds. */
const skewMs = 60_000;
const mostLooked = 200;

const markedSchema = z.object({
  ts: z.string(),
  metadata: z.object({
    event_type: z.literal(eventType),
    event_payload: z.object({ card: z.string() }),
  }),
});

/** What a message carries, unseen, by which its card is known again. */
export function markerOf({ id }: Card): {
  event_type: string;
  event_payload: { card: string };
} {
  return { event_type: eventType, event_payload: { card: id } };
}

/**
 * The message of a card whose post nobody saw the end of, where it arrived. Undefined where it did
 * not, or where the app may not read there: then it is posted, perhaps twice, rather than lost.
 */
export async function findPosted(web: WebClient, card: Card): Promise<string | undefined> {
  const channel = card.channel ?? "";
  const range = {
    channel,
    oldest: ((card.createdAt - skewMs) / 1000).toFixed(6),
    limit: mostLooked,
    include_all_metadata: true,
  };
  try {
    const { messages = [] } =
      card.thread === undefined
        ? await web.conversations.history(range)
        : await web.conversations.replies({ ...range, ts: card.thread });
    for (const message of messages) {
      const marked = markedSchema.safeParse(message);
      if (marked.success && marked.data.metadata.event_payload.card === card.id) {
        return marked.data.ts;
      }
    }
    return undefined;
  } catch (error) {
    if (slackSays.cannotBeAsked(error)) return undefined;
    throw error;
  }
}
