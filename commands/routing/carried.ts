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

const noted = z.object({ state: z.enum(["begun", "done"]), at: z.number() });
type Note = z.output<typeof noted>;

type Request = Pick<Origin, "userId" | "key" | "triggerId">;

/** What became of requests, on record: one that Slack delivers again to the next hub is known there. */
export type Carried = {
  find(request: Request): Promise<"never" | "begun" | "done">;
  /** That a request was carried out, for the commit that does so. */
  writes(request: Request): Write[];
  /** Puts on record that what follows cannot be repeated. */
  begin(request: Request): Promise<void>;
  finish(request: Request): Promise<void>;
  start(): void;
  stop(): void;
};

export function createCarried({
  store,
  clock,
  report,
}: Pick<SlackPorts, "store" | "clock" | "report">): Carried {
  let cancel: (() => void) | undefined;
  let isStopped = false;

  const writeOf = (request: Request, state: Note["state"], version: number): Write => ({
    kind: "setting",
    record: {
      id: idOf(request),
      version,
      value: JSON.stringify({ state, at: clock.now() } satisfies Note),
    },
  });

  async function purge(): Promise<void> {
    const until = clock.now() - keptMs;
    const notes = await store.list("setting", { after: prefix });
    const old = notes.filter(({ id, value }) => id.startsWith(prefix) && read(value).at < until);
    if (old.length === 0) return;
    await store.purge(
      "setting",
      old.map(({ id }) => id),
    );
  }

  function purgeNow(): void {
    purge()
      .catch((error: unknown) => report(error, "forgetting old requests from Slack"))
      .finally(() => {
        if (!isStopped) cancel = clock.after(purgeEveryMs, purgeNow);
      });
  }

  return {
    async find(request) {
      const note = await store.get("setting", idOf(request));
      return note === undefined ? "never" : read(note.value).state;
    },
    writes: (request) => [writeOf(request, "done", 1)],
    async begin(request) {
      await store.commit([writeOf(request, "begun", 1)]);
    },
    async finish(request) {
      const note = await store.get("setting", idOf(request));
      if (note !== undefined && read(note.value).state === "done") return;
      await store.commit([writeOf(request, "done", (note?.version ?? 0) + 1)]);
    },
    start: purgeNow,
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}

/** By its trigger, as the admission knows it again, or by the message that it is. */
function idOf({ userId, key, triggerId = key }: Request): string {
  const name = triggerId.length > longestKey ? digestOf(triggerId) : triggerId;
  return `${prefix}${userId}|${name}`;
}

function read(value: string): Note {
  return noted.parse(JSON.parse(value));
}
