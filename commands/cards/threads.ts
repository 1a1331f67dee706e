import type { Card } from "../../src/core/card.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { CardRecords } from "./card-records.ts";

const idOf = (channel: string, thread: string): string => `thread|${channel}|${thread}`;

/** Which thopter a thread is about: on record by the thread, so that it is found without looking through cards. */
export function createThreads(
  clock: Clock,
  records: CardRecords,
): {
  /** Puts the thread of a posted card on record, if the card is about one thopter. */
  learn(card: Card): Promise<void>;
  thopterOf(channel: string, thread: string): Promise<string | undefined>;
} {
  return {
    async learn({ subject, channel, thread, ts }) {
      const thopterId = "thopterId" in subject ? subject.thopterId : undefined;
      const root = thread ?? ts;
      if (thopterId === undefined || channel === undefined || root === undefined) return;
      const id = idOf(channel, root);
      const now = clock.now();
      const card: Card = {
        id,
        version: 1,
        subject: { kind: "thread", thopterId },
        channel,
        thread: root,
        isDirect: false,
        createdAt: now,
        doneAt: now,
      };
      const known = await records.find(id);
      if (known === undefined) {
        await records.create([card]);
        return;
      }
      if (known.subject.kind !== "thread" || known.subject.thopterId === thopterId) return;
      // A thread about several implies none of them.
      await records.change(known, (one) => ({
        ...one,
        subject: { kind: "thread", thopterId: "" },
      }));
    },
    async thopterOf(channel, thread) {
      const subject = (await records.find(idOf(channel, thread)))?.subject;
      return subject?.kind === "thread" && subject.thopterId !== "" ? subject.thopterId : undefined;
    },
  };
}
