import type { SlackUser } from "../../src/core/person.ts";
import type { Alongside } from "../../src/core/ports/alongside.ts";
import type { Ask } from "../ask.ts";

/** The messages that are kept up to date. Everything here is on record before it resolves, and goes on after a restart. */
export type Cards = {
  /**
   * The card of what is being accepted, for the very commit that does so: a hub that dies before
   * `follow` or `showApproval` leaves it to the next one.
   */
  record(ask: Ask, accepted: Parameters<Alongside>[0]): ReturnType<Alongside>;
  /**
   * Posts one card about the operations of one request, where it was asked for, and edits it until
   * nothing more comes of them. Asked twice, it is posted once; what an approval queued is shown
   * in the approval's own card.
   */
  follow(ask: Ask, request: { operationIds: readonly string[] }): Promise<void>;
  /**
   * Posts an approval where it was asked for, with the plan and buttons, and to those who may
   * decide it if the asker may not. It is edited when it is decided anywhere, and then shows what
   * becomes of its operations.
   */
  showApproval(ask: Ask, approvalId: string): Promise<void>;
  /** Whether there are messages about an approval that are kept up to date. */
  showsApproval(approvalId: string): Promise<boolean>;
  /** An agent's question was answered in Slack: its messages say by whom from here on. */
  answered(answer: {
    thopterId: string;
    hash: string;
    text: string;
    personId: string;
  }): Promise<void>;
  /** The thopter that a thread is about, if it is about one alone. */
  threadThopter(channel: string, thread: string): Promise<string | undefined>;
  /** Someone opened App Home: it is published now, and kept up to date for a while. */
  homeOpened(user: SlackUser): Promise<void>;
  /** Begins to watch and to write; needs no answer from Slack. */
  start(): Promise<void>;
  stop(): Promise<void>;
};
