import type { Card, CardSubject } from "../../src/core/card.ts";
import { StaleWriteError } from "../../src/core/errors.ts";
import type { Write } from "../../src/core/ports/store.ts";
import type { SlackPorts } from "../ports.ts";

const pageSize = 500;
const mostAlike = 50;
/** Records of cards that are done are kept this long, in milliseconds. */
const keptMs = 30 * 24 * 60 * 60_000;

/** The cards on record. Those that are not done are at hand; the others are looked up where they are asked for. */
export type CardRecords = {
  load(): Promise<void>;
  /** A card that is not done. */
  live(id: string): Card | undefined;
  lives(): Card[];
  /** Live cards about `operation:…`, `approval:…` or `thopter:…`. */
  about(topic: string): Card[];
  find(id: string): Promise<Card | undefined>;
  /** All whose id begins like this, done ones included. */
  beginningWith(prefix: string): Promise<Card[]>;
  /** Whether an earlier hub may have posted it without putting that on record. */
  isLeftOver(id: string): boolean;
  /** Puts cards on record, with changes of others in one commit; false when one exists already. */
  create(cards: readonly Card[], changed?: readonly Card[]): Promise<boolean>;
  /** Takes up a card that others have put on record; false when there is none. */
  adopt(id: string): Promise<boolean>;
  /** Changes a card, and answers with it as it is on record then. */
  change(card: Card, patch: (card: Card) => Card): Promise<Card>;
  /** Forgets old records, but for threads of thopters that live. */
  purge(isLiving: (thopterId: string) => boolean): Promise<void>;
};

export function createCardRecords({
  store,
  clock,
}: Pick<SlackPorts, "store" | "clock">): CardRecords {
  const cards = new Map<string, Card>();
  const byTopic = new Map<string, Set<string>>();
  const leftOver = new Set<string>();

  function keep(card: Card): void {
    if (card.ts !== undefined || card.doneAt !== undefined) leftOver.delete(card.id);
    if (card.doneAt === undefined) cards.set(card.id, card);
    else cards.delete(card.id);
    for (const topic of topicsOf(card.subject)) {
      const ids = byTopic.get(topic) ?? new Set();
      if (card.doneAt === undefined) ids.add(card.id);
      else ids.delete(card.id);
      if (ids.size === 0) byTopic.delete(topic);
      else byTopic.set(topic, ids);
    }
  }

  /** Whoever comes next writes on top of it, be it on disk or not. */
  async function commit(records: readonly Card[]): Promise<void> {
    const before = records.map(({ id }) => cards.get(id));
    for (const record of records) keep(record);
    try {
      await store.commit(records.map((record): Write => ({ kind: "card", record })));
    } catch (error) {
      for (const [index, record] of records.entries()) {
        const onDisk = (await store.get("card", record.id)) ?? before[index];
        keep(onDisk ?? { ...record, doneAt: clock.now() });
      }
      throw error;
    }
  }

  async function* pages(): AsyncGenerator<Card[]> {
    let after = "";
    for (;;) {
      const page = await store.list("card", { after, limit: pageSize });
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = last.id;
    }
  }

  return {
    async load() {
      for await (const page of pages()) {
        for (const card of page) {
          if (card.doneAt !== undefined) continue;
          keep(card);
          if (card.ts === undefined) leftOver.add(card.id);
        }
      }
    },
    live: (id) => cards.get(id),
    lives: () => [...cards.values()],
    about(topic) {
      const ids = byTopic.get(topic) ?? [];
      return [...ids].flatMap((id) => cards.get(id) ?? []);
    },
    find: async (id) => cards.get(id) ?? (await store.get("card", id)),
    async beginningWith(prefix) {
      const found = await store.list("card", { after: prefix, limit: mostAlike });
      return found.flatMap(({ id, ...rest }) =>
        id.startsWith(prefix) ? (cards.get(id) ?? { id, ...rest }) : [],
      );
    },
    isLeftOver: (id) => leftOver.has(id),
    async create(created, changed = []) {
      if (created.some(({ id }) => cards.has(id))) return false;
      try {
        await commit([...created, ...changed.map(nextVersion)]);
        return true;
      } catch (error) {
        if (error instanceof StaleWriteError) return false;
        throw error;
      }
    },
    async adopt(id) {
      const known = cards.get(id) ?? (await store.get("card", id));
      // It may have been read from disk before someone here changed it.
      if (known !== undefined && !cards.has(id)) keep(known);
      return known !== undefined;
    },
    async change(card, patch) {
      const changed = nextVersion(patch(cards.get(card.id) ?? card));
      await commit([changed]);
      return changed;
    },
    async purge(isLiving) {
      const until = clock.now() - keptMs;
      const isOld = ({ subject, doneAt }: Card): boolean =>
        doneAt !== undefined &&
        doneAt < until &&
        !(subject.kind === "thread" && isLiving(subject.thopterId));
      for await (const page of pages()) {
        const old = page.filter(isOld).map(({ id }) => id);
        if (old.length > 0) await store.purge("card", old);
      }
    },
  };
}

function nextVersion(card: Card): Card {
  return { ...card, version: card.version + 1 };
}

function topicsOf(subject: CardSubject): string[] {
  switch (subject.kind) {
    case "request":
      return [
        ...subject.operationIds.map((id) => `operation:${id}`),
        ...(subject.thopterId === undefined ? [] : [`thopter:${subject.thopterId}`]),
      ];
    case "approval":
      return [`approval:${subject.approvalId}`];
    case "finish":
    case "question":
    case "warning":
      return [`thopter:${subject.thopterId}`];
    case "thread":
      return [];
  }
}
