import type { Question } from "./thopter.ts";

/** What a message in Slack is about. */
export type CardSubject =
  | {
      kind: "request";
      operationIds: string[];
      /** The name of who asked. */
      askedBy: string;
      /** The thopter that the one operation makes. */
      thopterId?: string;
      /** When its agent first settled, which was told. */
      finishedAt?: number;
    }
  | { kind: "finish"; operationId: string; thopterId: string }
  | { kind: "approval"; approvalId: string }
  | {
      kind: "question";
      thopterId: string;
      thopterName: string;
      ownerName: string;
      /** All text is untrusted. */
      question: Question;
      /** What was answered in Slack, and by which person. */
      answered?: { text: string; personId: string };
    }
  | {
      kind: "warning";
      thopterId: string;
      thopterName: string;
      /** The end of a life that it warns of. */
      expiresAt: number;
    }
  /** A thread in which words are meant for one thopter: a place, not a message. */
  | { kind: "thread"; thopterId: string };

/** A message in Slack that is kept up to date. It is on record before it is posted. */
export type Card = {
  id: string;
  version: number;
  subject: CardSubject;
  /** Who asked or is told: the card goes to their direct messages where no channel takes it. */
  userId?: string;
  /** Where it is to stand, or stands; found out later for direct messages. */
  channel?: string;
  thread?: string;
  /** Slack's name for the message; absent until it is posted. */
  ts?: string;
  /** A digest of what it shows. */
  digest?: string;
  /** Whether it stands in direct messages. */
  isDirect: boolean;
  createdAt: number;
  postedAt?: number;
  /** When there was nothing more to show. */
  doneAt?: number;
};
