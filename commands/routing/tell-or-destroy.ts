import { z } from "zod";
import { UserError } from "../../src/core/errors.ts";
import type { Ask, Press } from "../ask.ts";
import { button } from "../blocks/actions.ts";
import { actions, message, section } from "../blocks/elements.ts";
import { quoted } from "../blocks/text.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { Button, Feature, SlackCommand } from "../define-command.ts";

const tellId = "th:meant-tell";
const destroyId = "th:meant-destroy";

/** Unanswered doubts are forgotten after a day. */
const keptMs = 24 * 60 * 60_000;
const prefix = "slack-doubt:";

const doubtSchema = z.object({
  userId: z.string(),
  thopterId: z.string(),
  text: z.string(),
  at: z.number(),
});
type Doubt = z.output<typeof doubtSchema>;

type Both = { tell: SlackCommand; destroy: SlackCommand };

/** Asks what was meant by a destructive word that begins a sentence; nothing is done until a button is pressed. */
export function createTellOrDestroy(both: Both): Feature & {
  ask(ports: CommandPorts, ask: Ask, said: { thopterId: string; text: string }): Promise<void>;
} {
  // Those that are being settled: who presses a second time meanwhile settles nothing.
  const taken = new Set<string>();

  async function take(ports: CommandPorts, press: Press): Promise<Doubt> {
    const { value } = press;
    if (taken.has(value)) throw settled();
    taken.add(value);
    try {
      return await takeDoubt(ports, press, value);
    } finally {
      taken.delete(value);
    }
  }

  const tell: Button = {
    id: tellId,
    async run(ports, press) {
      const { thopterId, text } = await take(ports, press);
      const words = [thopterId, ...text.split(/\s+/)];
      await both.tell.run(ports, press, { words, text: `${thopterId} ${text}`, flags: {} });
    },
  };
  const destroy: Button = {
    id: destroyId,
    async run(ports, press) {
      const { thopterId } = await take(ports, press);
      await both.destroy.run(ports, press, { words: [thopterId], text: thopterId, flags: {} });
    },
  };
  return {
    buttons: [tell, destroy],
    async ask(ports, ask, { thopterId, text }) {
      const id = await keepDoubt(ports, {
        userId: ask.user.userId,
        thopterId,
        text,
        at: ports.clock.now(),
      });
      const words = "Did you mean to tell the agent this, or to destroy the thopter?";
      await ask.whisper(
        message(words, [
          section(`${words}\n>${quoted(text, 500)}`),
          ...actions(
            button("Tell the agent", { id: tellId, value: id, style: "primary" }),
            button("Destroy the thopter…", { id: destroyId, value: id }),
          ),
        ]),
      );
    },
  };
}

async function keepDoubt(ports: CommandPorts, doubt: Doubt): Promise<string> {
  const old = (await ports.store.list("setting", { after: prefix })).filter(
    ({ id, value }) => id.startsWith(prefix) && ageOf(value, doubt.at) > keptMs,
  );
  await ports.store.purge(
    "setting",
    old.map(({ id }) => id),
  );
  const id = ports.newId();
  const record = { id: `${prefix}${id}`, version: 1, value: JSON.stringify(doubt) };
  await ports.store.commit([{ kind: "setting", record }]);
  return id;
}

/** The first press settles it. */
async function takeDoubt(ports: CommandPorts, ask: Ask, id: string): Promise<Doubt> {
  const record = await ports.store.get("setting", `${prefix}${id}`);
  if (record === undefined) throw settled();
  const doubt = doubtSchema.parse(JSON.parse(record.value));
  if (doubt.userId !== ask.user.userId) {
    throw new UserError("Cannot decide this: someone else was asked.", { code: "forbidden" });
  }
  await ports.store.purge("setting", [record.id]);
  return doubt;
}

const settled = (): UserError =>
  new UserError("Cannot tell what this was about: it was answered, or is too old. Say it again.");

function ageOf(value: string, now: number): number {
  const read = doubtSchema.safeParse(JSON.parse(value));
  return read.success ? now - read.data.at : Number.POSITIVE_INFINITY;
}
