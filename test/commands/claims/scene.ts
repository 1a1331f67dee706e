import { vi } from "vitest";
import type { Thopter } from "../../../src/core/thopter.ts";
import type { SlackSimulator } from "../../../src/simulators/slack/simulator.ts";
import type { SimMessage, SimView } from "../../../src/simulators/slack/world.ts";
import type { SlackKit } from "../slack-kit.ts";

const wait = { timeout: 60_000, interval: 10 };

/** Looks again and again, a little later each time, until there is something. */
export function eventually<T>(
  kit: Pick<SlackKit, "rig">,
  look: () => T | undefined | Promise<T | undefined>,
  stepMs = 200,
): Promise<T> {
  return vi.waitFor(async () => {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await kit.rig.clock.advance(stepMs);
    throw new Error(`There is still nothing: ${String(look)}`);
  }, wait);
}

export const wordsOf = ({ text, blocks }: Pick<SimMessage, "text" | "blocks">): string =>
  `${text}\n${JSON.stringify(blocks)}`;

/** The newest message for all in a channel that says something. */
export function posted(kit: SlackKit, words: RegExp, channel = "general"): Promise<SimMessage> {
  return eventually(kit, () =>
    kit.slack.messages(channel).findLast((one) => one.isFromApp && words.test(wordsOf(one))),
  );
}

/** The newest message that someone alone sees in #general. */
export function whispered(kit: SlackKit, user: string, words: RegExp): Promise<SimMessage> {
  return eventually(kit, () =>
    kit.slack.ephemerals(user, "general").findLast((one) => words.test(wordsOf(one))),
  );
}

/** The form that someone has before them. No time passes: what opens one is good for three seconds. */
export function opened(kit: SlackKit, user: string, words: RegExp): Promise<SimView> {
  const look = (): SimView | undefined => {
    const view = kit.slack.views(user).at(-1);
    return view !== undefined && words.test(JSON.stringify(view)) ? view : undefined;
  };
  return eventually(kit, look, 0);
}

/** Thopters of someone, ready, asked for in #general. */
export async function provisioned(
  kit: SlackKit,
  who: string,
  names: readonly string[],
): Promise<Thopter[]> {
  for (const name of names) {
    await kit.as(who).command("/thopter", `provision mend it --repo owner/gate --name ${name}`);
    await thopterNamed(kit, name);
  }
  return Promise.all(
    names.map((name) =>
      eventually(kit, async () => {
        const thopter = await thopterNamed(kit, name);
        return thopter.status === "ready" ? thopter : undefined;
      }),
    ),
  );
}

export function thopterNamed(kit: SlackKit, wanted: string): Promise<Thopter> {
  return eventually(kit, async () =>
    (await kit.rig.store.list("thopter")).find(({ name }) => name === wanted),
  );
}

/** People who are in #general, named after a word and a number. */
export function crowd(slack: SlackSimulator, word: string, size: number): string[] {
  const names = Array.from({ length: size }, (_, index) => `${word}-${index + 1}`);
  for (const name of names) {
    const { id } = slack.workspace.addUser({ name });
    slack.workspace.channel("general").members.add(id);
  }
  return names;
}

export const idsOf = (slack: SlackSimulator, names: readonly string[]): string[] =>
  names.map((name) => slack.workspace.user(name).id);
