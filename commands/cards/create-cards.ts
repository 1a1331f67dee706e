import type { WebClient } from "@slack/web-api";
import type { Card } from "../../src/core/card.ts";
import { createHome } from "../home/home.ts";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import { createAskedCards } from "./asked-cards.ts";
import { createBudgets } from "./budgets.ts";
import { createCardRecords } from "./card-records.ts";
import type { Cards } from "./cards.ts";
import { createDelivery } from "./delivery.ts";
import { createDetails } from "./details.ts";
import { createDrawer } from "./drawing.ts";
import { createFleetWatch } from "./fleet-watch.ts";
import { createFollowing } from "./following.ts";
import { createPurging } from "./purging.ts";
import { createRaising } from "./raising.ts";
import { createSights } from "./sights.ts";
import { createThreads } from "./threads.ts";
import { createWriter } from "./writer.ts";

type CardsPorts = SlackPorts & { web: { background: WebClient; interactive: WebClient } };

/** The messages that are kept up to date: what happens in the fleet, durable records, and one hand that writes. */
export function createCards(ports: CardsPorts, options: Pick<SlackOptions, "channel">): Cards {
  const { fleet, clock, report } = ports;
  const records = createCardRecords(ports);
  const budgets = createBudgets(clock);
  const sights = createSights(fleet);
  const threads = createThreads(clock, records);
  const details = createDetails(ports, (thopterId) => {
    for (const card of finishesOf(thopterId)) again(card);
  });
  const drawer = createDrawer({ ports, sights, detailOf: details.get });
  const delivery = createDelivery({
    ...ports,
    web: ports.web.background,
    records,
    drawer,
    channel: options.channel,
    onPosted,
    onDone,
    again,
  });
  const home = createHome({ ...ports, web: ports.web.interactive }, (key) =>
    writer.touch(key, "home"),
  );
  const writer = createWriter({
    clock,
    report,
    budgetOf: (key) => budgets.of(home.isKey(key) ? { home: true } : delivery.costOf(key)),
    isNew: (key) => records.live(key) !== undefined && records.live(key)?.ts === undefined,
    prepare: (key) => (home.isKey(key) ? home.prepare(key) : delivery.prepare(key)),
  });
  const raising = createRaising({ ports, options, records, writer });
  const parts = { ports, records, sights, writer, raising };
  const following = createFollowing({ ...parts, onChange: home.onChange });
  const watch = createFleetWatch(ports, following);
  const purging = createPurging(ports, records, sights);

  function again(card: Card): void {
    writer.touch(card.id, "urgent");
  }

  const finishesOf = (thopterId: string): Card[] =>
    records.about(`thopter:${thopterId}`).filter(({ subject }) => subject.kind === "finish");

  async function onPosted(card: Card): Promise<void> {
    await threads.learn(card);
    await following.tellDelivered(card);
    const { subject } = card;
    if (subject.kind === "request" && subject.thopterId !== undefined) {
      await following.considerThopter(subject.thopterId);
    }
  }

  async function onDone(card: Card): Promise<void> {
    const { subject } = card;
    // A warning that could not be posted reaches nobody: there is no use in waiting for it.
    await following.tellDelivered(card);
    if (subject.kind !== "finish" || finishesOf(subject.thopterId).length > 0) return;
    details.forget(subject.thopterId);
  }

  return {
    ...createAskedCards(parts),
    threadThopter: threads.thopterOf,
    async answered({ thopterId, hash, text, personId }) {
      for (const card of await records.beginningWith(`question|${thopterId}|${hash}|`)) {
        await records.change(card, ({ doneAt: _doneAt, ...one }) =>
          one.subject.kind === "question"
            ? { ...one, subject: { ...one.subject, answered: { text, personId } } }
            : one,
        );
        again(card);
      }
    },
    async homeOpened(user) {
      await writer.now(home.open(user));
    },
    async start() {
      await records.load();
      await ports.warnings?.begin((ownerId) => ports.people.accountOf(ownerId) !== undefined);
      writer.start();
      purging.start();
      watch.start();
    },
    async stop() {
      purging.stop();
      following.stop();
      details.stop();
      home.stop();
      await Promise.all([watch.stop(), writer.stop()]);
    },
  };
}
