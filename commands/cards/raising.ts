import type { Card } from "../../src/core/card.ts";
import { personOf } from "../../src/core/actor.ts";
import type { Approval } from "../../src/core/approval.ts";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import type { CardRecords } from "./card-records.ts";
import type { Sight } from "./sights.ts";
import type { Writer } from "./writer.ts";

/** So many who may decide hear of an approval at once; an admin always may. */
const mostTold = 5;
/** A provision that took longer than this since it was asked for is told in direct messages, in milliseconds. */
const longMs = 10 * 60_000;

type Parts = {
  ports: Pick<SlackPorts, "people" | "clock">;
  options: Pick<SlackOptions, "channel">;
  records: CardRecords;
  writer: Pick<Writer, "touch">;
};

/** Messages that nobody asked for: they begin with what the fleet does. Each is made once, whatever is seen twice. */
export type Raising = {
  /** To those who may decide, in their direct messages; else in the channel of the settings, else to admins. */
  approval(
    approval: Approval,
    to: { deciders: readonly string[]; admins: readonly string[] },
  ): Promise<void>;
  question(thopter: Sight): Promise<void>;
  /** Answers with the cards of it that were there already. */
  warning(thopter: Sight): Promise<Card[]>;
  /** How the thopter of a request came out, once its agent has settled. */
  finish(request: Card, thopter: Sight): Promise<void>;
};

export function createRaising({ ports, options, records, writer }: Parts): Raising {
  const { people, clock } = ports;

  function newCard(id: string, card: Omit<Card, "id" | "version" | "createdAt">): Card {
    return { id, version: 1, createdAt: clock.now(), ...card };
  }

  function direct(id: string, userId: string, subject: Card["subject"]): Card {
    return newCard(`${id}|${userId}`, { subject, userId, isDirect: true });
  }

  /** Answers with those that were on record already. */
  async function raise(cards: readonly Card[]): Promise<Card[]> {
    const known: Card[] = [];
    for (const card of cards) {
      const found = await records.find(card.id);
      if (found !== undefined) known.push(found);
      else if (await records.create([card])) writer.touch(card.id, "urgent");
    }
    return known;
  }

  /** The same question once more, after its message said that it was over: the message asks again. */
  async function reopen(cards: readonly Card[], since: number): Promise<void> {
    for (const { id } of cards) {
      const card = await records.find(id);
      if (card?.doneAt === undefined || card.doneAt >= since) continue;
      await records.change(card, reopened);
      writer.touch(id, "urgent");
    }
  }

  /** In the thread of the card where the thopter was asked for, unless that is in direct messages anyway. */
  function inThread(id: string, thopter: Sight, subject: Card["subject"]): Card[] {
    return requestsOf(thopter.id).flatMap(({ isDirect, channel, thread, ts, userId }) => {
      if (isDirect || channel === undefined || ts === undefined) return [];
      const place = { channel, thread: thread ?? ts, isDirect: false };
      const card = newCard(`${id}|${channel}`, { subject, ...place });
      return [userId === undefined ? card : { ...card, userId }];
    });
  }

  const requestsOf = (thopterId: string): Card[] =>
    records.about(`thopter:${thopterId}`).filter(({ subject }) => subject.kind === "request");

  function accounts(personIds: readonly string[]): string[] {
    const users = personIds.flatMap((personId) => people.accountOf(personId)?.userId ?? []);
    return [...new Set(users)].slice(0, mostTold);
  }

  return {
    async approval({ id: approvalId }, { deciders, admins }) {
      const subject = { kind: "approval", approvalId } as const;
      const id = `approval|${approvalId}`;
      const { channel } = options;
      const own = accounts(deciders);
      if (own.length === 0 && channel !== undefined) {
        await raise([newCard(`${id}|${channel}`, { subject, channel, isDirect: false })]);
        return;
      }
      const users = own.length > 0 ? own : accounts(admins);
      await raise(users.map((userId) => direct(id, userId, subject)));
    },
    async question(thopter) {
      const question = thopter.agentState?.question;
      if (question === undefined) return;
      const subject = {
        kind: "question",
        thopterId: thopter.id,
        thopterName: thopter.name,
        ownerName: people.nameOf(thopter.ownerId),
        question,
      } as const;
      const id = `question|${thopter.id}|${question.hash}`;
      const cards = [
        ...accounts([thopter.ownerId]).map((userId) => direct(id, userId, subject)),
        ...inThread(id, thopter, subject),
      ];
      await raise(cards);
      await reopen(cards, thopter.agentState?.since ?? 0);
    },
    async warning(thopter) {
      if (thopter.expiresAt === undefined) return [];
      const { id: thopterId, name: thopterName, expiresAt } = thopter;
      const subject = { kind: "warning", thopterId, thopterName, expiresAt } as const;
      const id = `warning|${thopterId}|${expiresAt}`;
      return raise(accounts([thopter.ownerId]).map((userId) => direct(id, userId, subject)));
    },
    async finish(request, thopter) {
      if (request.subject.kind !== "request") return;
      const [operationId = ""] = request.subject.operationIds;
      const subject = { kind: "finish", operationId, thopterId: thopter.id } as const;
      const id = `finish|${operationId}`;
      const isLong = clock.now() - request.createdAt > longMs;
      const owners = isLong ? accounts([thopter.ownerId]) : [];
      const { isDirect, channel, thread, ts } = request;
      const cards = owners.map((userId) => direct(id, userId, subject));
      if (channel !== undefined && ts !== undefined && !(isDirect && isLong)) {
        const place = { channel, thread: thread ?? ts, isDirect };
        const card = newCard(`${id}|${channel}|${ts}`, { subject, ...place });
        cards.push(request.userId === undefined ? card : { ...card, userId: request.userId });
      }
      const told = { ...request, subject: { ...request.subject, finishedAt: clock.now() } };
      await records.create(cards, [told]);
      for (const card of cards) writer.touch(card.id, "urgent");
    },
  };
}

function reopened({ doneAt: _doneAt, subject, ...card }: Card): Card {
  if (subject.kind !== "question") return { ...card, subject };
  const { answered: _answered, ...asked } = subject;
  return { ...card, subject: asked };
}

/** Who is told of an approval that was not asked for in Slack, or whose asker may not decide it. */
export function decidersOf({ deciders, requestedBy, front }: Approval): string[] {
  const asker = front === "slack" ? personOf(requestedBy) : undefined;
  return asker === undefined ? deciders : [...deciders, asker];
}
