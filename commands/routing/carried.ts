import { z } from "zod";
import type { Write } from "../../src/core/ports/store.ts";
import { digestOf } from "../cards/digest.ts";
import type { SlackPorts } from "../ports.ts";
import type { Origin } from "../receiving/requests.ts";

const prefix = "slack-carried:";
const longestKey = 150;
/** Slack delivers again for about an hour; a person who copies an old request has five minutes. */
const keptMs = 24 * 60 * 60_000;
const purgeEveryMs = 6 * 60 * 60_000;

const place = z.object({
  userId: z.string(),
  channel: z.string().optional(),
  thread: z.string().optional(),
  responseUrl: z.string().optional(),
});
const noted = z.object({
  state: z.enum(["came", "begun", "done"]),
  at: z.number(),
  /** Where its asker waits for an answer, until it is done. */
  from: place.optional(),
});
type Note = z.output<typeof noted>;

/** Where someone asked who was left without an answer. */
export type AskedFrom = Pick<Origin, "userId" | "channel" | "thread" | "responseUrl">;
type Request = Pick<Origin, "userId" | "key" | "triggerId">;

/** What became of requests, on record: one that Slack delivers again to the next hub is known there. */
export type Carried = {
  find(request: Request): Promise<"never" | Note["state"]>;
  /** Puts on record that it came, and answers with what was on record before. */
  arrive(request: Request & AskedFrom): Promise<"never" | Note["state"]>;
  /** That a request was carried out, for the commit that does so. */
  writes(request: Request): Write[];
  /** Puts on record that what follows cannot be repeated. */
  begin(request: Request): Promise<void>;
  finish(request: Request): Promise<void>;
  /** Hands over each request that the last hub left undone, once. */
  start(leftUndone: (from: AskedFrom) => Promise<void>): void;
  stop(): void;
};

export function createCarried({
  store,
  clock,
  report,
}: Pick<SlackPorts, "store" | "clock" | "report">): Carried {
  const startedAt = clock.now();
  /** The versions of the notes that this hub has written of what is under way. */
  const versions = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let isStopped = false;

  function writeOf(request: Request, note: Omit<Note, "at">): Write {
    const id = idOf(request);
    const value = JSON.stringify({ ...note, at: clock.now() } satisfies Note);
    return { kind: "setting", record: { id, version: (versions.get(id) ?? 0) + 1, value } };
  }

  async function put(write: Write): Promise<void> {
    await store.commit([write]);
    versions.set(write.record.id, write.record.version);
  }

  async function known(request: Request): Promise<Note | undefined> {
    const id = idOf(request);
    const note = await store.get("setting", id);
    versions.set(id, note?.version ?? 0);
    return note === undefined ? undefined : read(note.value);
  }

  async function finish(request: Request): Promise<void> {
    if ((await known(request))?.state !== "done") await put(writeOf(request, { state: "done" }));
    versions.delete(idOf(request));
  }

  async function notes(): Promise<{ id: string; version: number; note: Note }[]> {
    const all = await store.list("setting", { after: prefix });
    return all
      .filter(({ id }) => id.startsWith(prefix))
      .map(({ id, version, value }) => ({ id, version, note: read(value) }));
  }

  async function purge(): Promise<void> {
    const until = clock.now() - keptMs;
    const old = (await notes()).filter(({ note }) => note.at < until).map(({ id }) => id);
    if (old.length > 0) await store.purge("setting", old);
  }

  function purgeNow(): void {
    purge()
      .catch((error: unknown) => report(error, "forgetting old requests from Slack"))
      .finally(() => {
        if (!isStopped) cancel = clock.after(purgeEveryMs, purgeNow);
      });
  }

  /** On record first: whoever asked is told once, or hears of it nowhere. */
  async function handOver(leftUndone: (from: AskedFrom) => Promise<void>): Promise<void> {
    for (const { id, version, note } of await notes()) {
      const { state, at, from } = note;
      if (state === "done" || from === undefined || at >= startedAt || isStopped) continue;
      const value = JSON.stringify({ state: "done", at } satisfies Note);
      await store.commit([{ kind: "setting", record: { id, version: version + 1, value } }]);
      await leftUndone(placeOf(from)).catch((error: unknown) =>
        report(error, "telling someone in Slack that the hub was restarted"),
      );
    }
  }

  return {
    find: async (request) => (await known(request))?.state ?? "never",
    async arrive(request) {
      const before = await known(request);
      if (before !== undefined) {
        versions.delete(idOf(request));
        return before.state;
      }
      const { userId, channel, thread, responseUrl } = request;
      const from = placeOf({ userId, channel, thread, responseUrl });
      await put(writeOf(request, { state: "came", from }));
      return "never";
    },
    writes: (request) => [writeOf(request, { state: "done" })],
    async begin(request) {
      const from = (await known(request))?.from;
      await put(writeOf(request, { state: "begun", ...(from !== undefined && { from }) }));
    },
    finish,
    start(leftUndone) {
      handOver(leftUndone)
        .catch((error: unknown) => report(error, "requests from Slack that were left undone"))
        .finally(purgeNow);
    },
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}

function placeOf({ userId, channel, thread, responseUrl }: z.output<typeof place>) {
  return { userId, channel, thread, responseUrl };
}

/** By its trigger, as the admission knows it again, or by the message that it is. */
function idOf({ userId, key, triggerId = key }: Request): string {
  const name = triggerId.length > longestKey ? digestOf(triggerId) : triggerId;
  return `${prefix}${userId}|${name}`;
}

function read(value: string): Note {
  return noted.parse(JSON.parse(value));
}
