import { expect, onTestFinished } from "vitest";
import { validateMessage, validateView } from "../../src/simulators/slack/blocks/validate.ts";
import { createSlackSimulator } from "../../src/simulators/slack/simulator.ts";
import type { SlackSimulator } from "../../src/simulators/slack/simulator.ts";
import type { SimMessage, SimView } from "../../src/simulators/slack/world.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { expectNothingRefused } from "../commands/refused.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub, TestHubOptions } from "./hub-kit.ts";

/** The two ways in which requests come from Slack. */
export type Way = "HTTP" | "Socket Mode";

/** A hub as a process of its own in a simulated Slack that refuses what the real one would. */
export type SlackHub = {
  hub: TestHub;
  slack: SlackSimulator;
  /** Makes someone the admin with the code that the hub printed. */
  claim(user: string): Promise<void>;
  /** Waits for a message in a channel, `@user` for the direct messages of someone. */
  message(where: string, words: RegExp): Promise<SimMessage>;
  /** Waits for what one person alone is shown in #general. */
  whisper(user: string, words: RegExp): Promise<SimMessage>;
  /** Waits for the modal that someone has before them. */
  form(user: string, words: RegExp): Promise<SimView>;
  /** Starts the hub anew, and lets Slack find it. */
  start(): Promise<void>;
  /** Ends the hub as `TestHub.end` does, and proves that Slack refused nothing it was sent. */
  end(): Promise<void>;
};

const claimLine = /\/thopter claim (\w+)/;
const patience = { timeout: 30_000, interval: 50 };

export async function startSlackHub(way: Way, options: TestHubOptions = {}): Promise<SlackHub> {
  const slack = createSlackSimulator({
    clock: createSystemClock(),
    validateMessage,
    validateView,
  });
  onTestFinished(() => slack.close());
  const base = await slack.listen(0);
  const { botToken, appToken, signingSecret } = slack.secrets;
  const reach: Record<string, string> =
    way === "HTTP" ? { SLACK_SIGNING_SECRET: signingSecret } : { SLACK_APP_TOKEN: appToken };
  const hub = await startHub({
    ...options,
    env: {
      SLACK_BOT_TOKEN: botToken,
      SLACK_API_URL: `${base}/api/`,
      ...reach,
      ...options.env,
    },
    secrets: [botToken, appToken, signingSecret],
  });

  async function findEachOther(): Promise<void> {
    if (way === "HTTP") slack.deliverTo(`${hub.url}/slack/events`);
    else await expect.poll(() => slack.sockets.count(), patience).toBe(2);
  }

  function seen(messages: readonly SimMessage[], words: RegExp): SimMessage | undefined {
    return messages.findLast(({ text, blocks }) => words.test(`${text} ${JSON.stringify(blocks)}`));
  }

  async function waitFor(look: () => readonly SimMessage[], words: RegExp): Promise<SimMessage> {
    const shown = (): string =>
      `${look()
        .map(({ text }) => text)
        .join("\n")}\n(${String(words)})`;
    await expect.poll(() => seen(look(), words) !== undefined || shown(), patience).toBe(true);
    // It was there a moment ago, and only what is read again could have changed it.
    return seen(look(), words) as SimMessage;
  }

  await findEachOther();
  return {
    hub,
    slack,
    async claim(user) {
      // The banner follows a moment after the hub listens.
      await expect.poll(() => hub.output(), patience).toMatch(claimLine);
      const code = claimLine.exec(hub.output())?.[1] ?? "";
      await slack.as(user).command("/thopter", `claim ${code}`);
      await waitFor(() => slack.ephemerals(user, "general"), /with the role \*admin\*/);
    },
    message: (where, words) =>
      waitFor(() => {
        if (!where.startsWith("@")) return slack.messages(where);
        const user = where.slice(1);
        const { id } = slack.workspace.direct(slack.workspace.user(user).id);
        return [...slack.messages(id), ...slack.ephemerals(user, id)];
      }, words),
    whisper: (user, words) => waitFor(() => slack.ephemerals(user, "general"), words),
    async form(user, words) {
      const look = (): SimView | undefined =>
        slack.views(user).findLast(({ content }) => words.test(JSON.stringify(content)));
      await expect.poll(look, patience).toBeDefined();
      // It was there a moment ago.
      return look() as SimView;
    },
    async start() {
      await hub.start();
      await findEachOther();
    },
    async end() {
      await hub.end();
      expectNothingRefused(slack);
      expect(slack.deliveries().filter(({ outcome }) => outcome.status === "failed")).toEqual([]);
    },
  };
}
