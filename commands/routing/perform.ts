import { UserError } from "../../src/core/errors.ts";
import { inWordsOf } from "../../src/core/front-words.ts";
import type { Ask } from "../ask.ts";
import { button } from "../blocks/actions.ts";
import { actions, message, section } from "../blocks/elements.ts";
import { escape } from "../blocks/text.ts";
import { askAdminId } from "../identity/ask-an-admin.ts";
import type { Message } from "../message.ts";
import type { SlackPorts } from "../ports.ts";
import { within } from "../receiving/time-limit.ts";

/** How long anything that was asked for may take, in milliseconds. What takes longer is an operation. */
const longestMs = 120_000;

/** Runs what was asked for, and lets nothing end in silence. */
export type Perform = {
  run(
    ask: Pick<Ask, "whisper"> & { caller?: Ask["caller"] },
    about: string,
    work: Work,
  ): Promise<void>;
  /** Gives up what runs, and waits a moment for it. */
  stop(): Promise<void>;
};

type Work = (signal: AbortSignal) => Promise<void>;

export function createPerform({ clock, report }: Pick<SlackPorts, "clock" | "report">): Perform {
  const running = new Set<Promise<void>>();
  const open = new Set<AbortController>();
  let isStopped = false;

  async function attempt(work: Work): Promise<void> {
    const abort = new AbortController();
    open.add(abort);
    if (isStopped) abort.abort();
    try {
      await within(clock, work(abort.signal), {
        ms: longestMs,
        late: () => {
          abort.abort();
          throw new UserError("Cannot finish this: it takes too long. Try again.");
        },
      });
    } finally {
      open.delete(abort);
    }
  }

  function wordsFor(error: unknown, about: string, caller: Ask["caller"] | undefined): Message {
    if (!(error instanceof UserError)) {
      const reference = report(error, `Slack: ${about}`);
      return message(`Something went wrong (reference ${reference}).`);
    }
    const words = escape(inWordsOf("slack", error.message));
    const lacksRole = error.code === "forbidden" && caller?.role === "viewer";
    return lacksRole ? withAskAdmin(words) : message(words);
  }

  return {
    run(ask, about, work) {
      const run = attempt(work)
        .catch((error: unknown) => ask.whisper(wordsFor(error, about, ask.caller)))
        .catch((error: unknown) => void report(error, `Slack: the answer to ${about}`))
        .finally(() => running.delete(run));
      running.add(run);
      return run;
    },
    async stop() {
      isStopped = true;
      for (const abort of open) abort.abort();
      await within(clock, Promise.allSettled(running), { ms: 2000, late: () => undefined });
    },
  };
}

/** A refusal that an admin can do something about. */
export function withAskAdmin(words: string): Message {
  const ask = button("Ask an admin", { id: askAdminId, value: "role" });
  return message(words, [section(words), ...actions(ask)]);
}
