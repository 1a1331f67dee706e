import type { WebClient } from "@slack/web-api";
import type { SlackPorts } from "../ports.ts";
import { isBadToken, retryAfterMs, slackCode } from "./slack-error.ts";
import { pause, within } from "./time-limit.ts";

/** Who the bot token belongs to. */
export type Bot = { teamId: string; team: string; userId: string; botId: string | undefined };

/** Finds out who the bot is, and goes on trying while Slack does not answer. */
export type BotCheck = {
  /** Resolves after the first try, with or without an answer. */
  start(): Promise<Bot | undefined>;
  /** Waits a moment for the answer where there is none yet. */
  known(): Promise<Bot | undefined>;
  now(): Bot | undefined;
  /** Resolves once Slack has said it, and never while it does not. */
  whenKnown(): Promise<void>;
  stop(): void;
};

const firstWaitMs = 1000;
const longestWaitMs = 60_000;
/** A token that Slack refuses is rarely mended soon, and Slack counts each try. */
const badTokenWaitMs = 5 * 60_000;
const patienceMs = 2000;

export function createBotCheck(
  { clock, report }: Pick<SlackPorts, "clock" | "report">,
  client: WebClient,
): BotCheck {
  const stopping = new AbortController();
  let bot: Bot | undefined;
  let first: Promise<Bot | undefined> | undefined;
  let found = (): void => undefined;
  const finding = new Promise<void>((resolve) => {
    found = resolve;
  });

  async function ask(): Promise<number> {
    try {
      const answer = await client.auth.test();
      const { team_id: teamId, user_id: userId } = answer;
      if (teamId === undefined || userId === undefined) throw new Error("Slack named no workspace");
      bot = { teamId, userId, team: answer.team ?? teamId, botId: answer.bot_id };
      found();
      return 0;
    } catch (error) {
      const isBad = isBadToken(error);
      report(isBad ? badToken(error) : error, "who the Slack bot is");
      return isBad ? badTokenWaitMs : retryAfterMs(error);
    }
  }

  async function goOn(firstWait: number): Promise<void> {
    let longer = firstWaitMs;
    let asked = firstWait;
    while (bot === undefined && !stopping.signal.aborted) {
      await pause(clock, Math.max(longer, asked), stopping.signal);
      if (stopping.signal.aborted) return;
      asked = await ask();
      longer = Math.min(longestWaitMs, longer * 2);
    }
  }

  async function begin(): Promise<Bot | undefined> {
    const wait = await ask();
    if (bot === undefined) void goOn(wait);
    return bot;
  }

  return {
    start() {
      first ??= begin();
      return first;
    },
    async known() {
      if (bot !== undefined) return bot;
      await within(clock, finding, { ms: patienceMs, late: () => undefined });
      return bot;
    },
    now: () => bot,
    whenKnown: () => finding,
    stop: () => stopping.abort(),
  };
}

function badToken(cause: unknown): Error {
  return new Error(
    `Cannot use the Slack bot token: Slack says "${slackCode(cause) ?? ""}". Check SLACK_BOT_TOKEN, or install the app anew.`,
    { cause },
  );
}
