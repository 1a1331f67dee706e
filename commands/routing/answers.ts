import type { WebClient } from "@slack/web-api";
import { section } from "../blocks/elements.ts";
import type { Message } from "../message.ts";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import { retryAfterMs, slackCode } from "../receiving/slack-error.ts";
import type { Origin } from "../receiving/requests.ts";
import { createResponder } from "./responder.ts";

/** The ways to answer one request. */
export type Answers = {
  /** To the asker alone, where they asked; directly where they cannot be reached there. */
  whisper(message: Message): Promise<void>;
  /** In place of the message they pressed a button in; false when that did not work. */
  replace(message: Message): Promise<boolean>;
  /** Takes away the whisper they pressed a button in. */
  remove(): Promise<void>;
};

/** Slack takes no more answers through one address. */
const mostResponses = 5;
const longestText = 3000;

/** No mention, link or picture comes of what is posted. */
export const plainly = { link_names: false, parse: "none" } as const;
export const asWritten = {
  ...plainly,
  unfurl_links: false,
  unfurl_media: false,
} as const;

/** Nobody waits longer for an answer. */
const longestWaitMs = 60_000;

type Place = Pick<Origin, "userId" | "channel" | "thread" | "responseUrl">;

export function createAnswering(
  ports: Pick<SlackPorts, "clock" | "report">,
  options: Pick<SlackOptions, "apiUrl">,
  client: WebClient,
): (place: Place) => Answers {
  const responder = createResponder(ports, options);

  /** Slack may ask to be left alone for a while: then it is tried once more after that. */
  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const waitMs = retryAfterMs(error);
      if (waitMs === 0 || waitMs > longestWaitMs) throw error;
      await new Promise<void>((resolve) => void ports.clock.after(waitMs, resolve));
      return call();
    }
  }

  return (place) => {
    const { responseUrl, channel, thread, userId } = place;
    let used = 0;

    async function respond(content: Readonly<Record<string, unknown>>): Promise<boolean> {
      if (responseUrl === undefined || used >= mostResponses) return false;
      used += 1;
      const inThread = thread === undefined ? {} : { thread_ts: thread };
      return responder.respond(responseUrl, { ...content, ...inThread });
    }

    async function whisperThere(message: Message): Promise<boolean> {
      if (channel === undefined || isDirect(channel)) return false;
      try {
        const inThread = thread === undefined ? {} : { thread_ts: thread };
        const content = { ...contentOf(message), ...plainly, ...inThread };
        await client.chat.postEphemeral({ channel, user: userId, ...content });
        return true;
      } catch (error) {
        // The bot is not in that channel, or the person is not.
        if (slackCode(error) === undefined) throw error;
        return false;
      }
    }

    async function direct(message: Message): Promise<void> {
      const isThere = channel !== undefined && isDirect(channel);
      const inThread = isThere && thread !== undefined ? { thread_ts: thread } : {};
      const to = isThere ? channel : userId;
      await client.chat.postMessage({
        channel: to,
        ...contentOf(message),
        ...asWritten,
        ...inThread,
      });
    }

    return {
      async whisper(message) {
        const ephemeral = { response_type: "ephemeral", replace_original: false };
        if (await respond({ ...contentOf(message), ...asWritten, ...ephemeral })) return;
        if (await patiently(() => whisperThere(message))) return;
        await patiently(() => direct(message));
      },
      replace: (message) =>
        respond({ ...contentOf(message), ...asWritten, replace_original: true }),
      async remove() {
        await respond({ delete_original: true });
      },
    };
  };
}

/** Says something in App Home, in place of all that stood there. */
export function homeAnswers(client: WebClient, userId: string): Pick<Answers, "whisper"> {
  return {
    async whisper({ text, blocks = [section(text)] }) {
      await client.views.publish({ user_id: userId, view: { type: "home", blocks } });
    },
  };
}

/** What is said in a direct message is between the two anyway, and stays. */
function isDirect(channel: string): boolean {
  return channel.startsWith("D");
}

export function contentOf({ text, blocks }: Message) {
  const short = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
  return blocks === undefined ? { text: short } : { text: short, blocks };
}
