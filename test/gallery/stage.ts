import { setTimeout as sleep } from "node:timers/promises";
import { renderMessage, renderView } from "../../src/simulators/slack/page/frames.ts";
import type { SimMessage, SimView } from "../../src/simulators/slack/world.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { startSlackKit } from "../commands/slack-kit.ts";
import type { SlackKit } from "../commands/slack-kit.ts";
import { createManualClock, settle } from "../manual-clock.ts";
import type { ManualClock } from "../manual-clock.ts";
import { createGalleryWorld } from "./gallery-world.ts";
import type { GalleryWorld } from "./gallery-world.ts";

/** Messages and views that were really shown, in the order of a picture. */
export type Picture = { topic: string; words: string; html: string };

/** The Slack app before the fleet, in a simulated Slack, with what is worth a picture. */
export type Stage = Omit<GalleryWorld, "steps" | "git"> & {
  kit: SlackKit;
  clock: ManualClock;
  pictures: Picture[];
  /** Lets time pass until it answers. */
  until<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T>;
  /** The newest message of a place that says it; `@user` for direct messages, `user>channel` for what one alone sees. */
  message(place: string, words: RegExp): Promise<SimMessage>;
  modal(user: string, words: RegExp): Promise<SimView>;
  thopter(name: string): Promise<Thopter>;
  /** Lets the agent of a thopter say how it is. */
  agent(
    name: string,
    ...state: Tail<Parameters<GalleryWorld["world"]["agentSays"]>>
  ): Promise<void>;
  picture(topic: string, words: string, ...shown: readonly (SimMessage | SimView)[]): void;
};

type Tail<List extends readonly unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

const patienceMs = 20_000;

export async function openStage(): Promise<Stage> {
  const clock = createManualClock(Date.UTC(2026, 2, 2, 9, 0));
  const { world, steps, git, work } = createGalleryWorld(clock);
  const kit = await startSlackKit({
    over: "socket",
    rig: { clock, world, steps, git },
  });
  const { slack } = kit;
  const pictures: Picture[] = [];
  const names = Object.fromEntries([
    ...[...slack.workspace.users.values(), ...slack.workspace.channels.values()].map(
      ({ id, name }) => [id, name] as const,
    ),
  ]);

  async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string) {
    const end = Date.now() + patienceMs;
    while (Date.now() < end) {
      // What is under way between the app and Slack comes first, then time passes.
      for (let quiet = 0; quiet < 5; quiet += 1) {
        const found = await look();
        if (found !== undefined) return found;
        await sleep(10);
      }
      await clock.advance(1000);
    }
    throw new Error(`Nothing came of it: ${what}`);
  }

  function standing(place: string): SimMessage[] {
    const [user = "", channel] = place.replace(/^@/, "").split(">");
    if (channel !== undefined) return slack.ephemerals(user, channel);
    if (!place.startsWith("@")) return slack.messages(place);
    return slack.messages(slack.workspace.direct(slack.workspace.user(user).id).id);
  }

  async function thopter(name: string): Promise<Thopter> {
    return until(async () => {
      const all = await kit.rig.store.list("thopter");
      return all.find((one) => one.name === name && one.status === "ready");
    }, `the thopter ${name}`);
  }

  function html(shown: SimMessage | SimView): string {
    const options = { interactive: false, names };
    if ("content" in shown) return renderView(shown.content, { ...options, appName: "Thopter" });
    const { text, blocks, ts, onlyFor } = shown;
    const time = new Date(Number(ts) * 1000).toISOString().slice(11, 16);
    const look = {
      ...options,
      name: "Thopter",
      isApp: true,
      time,
      ephemeral: onlyFor !== undefined,
    };
    return renderMessage({ text, blocks }, look);
  }

  return {
    ...{ world, work, kit, clock, pictures, until, thopter },
    message: (place, words) =>
      until(
        () => standing(place).findLast((one) => words.test(one.text + JSON.stringify(one.blocks))),
        `${String(words)} in ${place}, where ${JSON.stringify(standing(place).map(({ text }) => text))}`,
      ),
    modal: (user, words) =>
      until(
        () => slack.views(user).findLast(({ content }) => words.test(JSON.stringify(content))),
        `the modal ${String(words)} of ${user}`,
      ),
    async agent(name, ...state) {
      const { machineId = "" } = await thopter(name);
      await until(() => world.followers.get(machineId), `somebody follows ${name}`);
      const [status, patch] = state;
      world.agentSays(machineId, status, { since: clock.now(), ...patch });
      await settle();
    },
    picture(topic, words, ...shown) {
      pictures.push({ topic, words, html: shown.map(html).join("\n") });
    },
  };
}
