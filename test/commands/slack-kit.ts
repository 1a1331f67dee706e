import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { monotonicFactory } from "ulid";
import { onTestFinished, vi } from "vitest";
import { createCards } from "../../commands/cards/create-cards.ts";
import { createFeatures } from "../../commands/features.ts";
import type { SlackOptions } from "../../commands/ports.ts";
import { createSlackApp } from "../../commands/slack-app.ts";
import type { SlackApp } from "../../commands/slack-app.ts";
import { validateMessage, validateView } from "../../src/simulators/slack/blocks/validate.ts";
import { usualSubscriptions } from "../../src/simulators/slack/options.ts";
import { createSlackSimulator } from "../../src/simulators/slack/simulator.ts";
import type { SlackSimulator } from "../../src/simulators/slack/simulator.ts";
import { startRig } from "../fleet/rig.ts";
import type { Rig, RigOptions } from "../fleet/rig.ts";
import { createManualClock } from "../manual-clock.ts";
import { expectNothingRefused } from "./refused.ts";

const newId = monotonicFactory();

/** The real Slack app before the real fleet, and a simulated Slack with people in it. */
export type SlackKit = {
  rig: Rig;
  slack: SlackSimulator;
  app: SlackApp;
  /** What the app reported as gone wrong. */
  reports: string[];
  as: SlackSimulator["as"];
  /** Waits until someone alone was told something that fits, and answers with its text. */
  whispered(user: string, channel: string, words: RegExp): Promise<string>;
  /** A new hub and Slack app over the same records, as after a crash. */
  restart(): Promise<SlackKit>;
  start(): Promise<Awaited<ReturnType<SlackApp["start"]>>>;
};

export type SlackKitOptions = {
  over?: "http" | "socket";
  rig?: RigOptions;
  options?: (slack: SlackSimulator) => Partial<SlackOptions>;
  prepare?: (slack: SlackSimulator) => void;
  /** Whether the app is not started. */
  isStopped?: boolean;
};

/** The simulator's "admin" is an admin, "lead" and "developer" are operators, "reviewer" is a viewer. */
export async function startSlackKit(given: SlackKitOptions = {}): Promise<SlackKit> {
  const clock = given.rig?.clock ?? createManualClock(Date.now());
  const rig = await startRig({ ...given.rig, clock });
  const slack = createSlackSimulator({
    ...{ clock, seed: "kit", validateMessage, validateView },
    subscriptions: [...usualSubscriptions, "message.im"],
  });
  onTestFinished(async () => {
    await slack.close();
    expectNothingRefused(slack);
  });
  const base = await slack.listen(0);
  given.prepare?.(slack);
  return mount(given, { rig, slack, base });
}

type World = { rig: Rig; slack: SlackSimulator; base: string };

async function mount(given: SlackKitOptions, { rig, slack, base }: World): Promise<SlackKit> {
  const reports: string[] = [];
  const app = createSlackApp(
    {
      fleet: rig.fleet,
      people: rig.fleet.slackPeople,
      store: rig.store,
      clock: rig.clock,
      newId,
      redact: (text) => text,
      report(error, about) {
        reports.push(`${about}: ${error instanceof Error ? error.message : String(error)}`);
        return `ref-${reports.length}`;
      },
    },
    { ...usualOptions(slack, { base, over: given.over }), ...given.options?.(slack) },
    { features: createFeatures(), createCards },
  );
  if (app.listener !== undefined) slack.deliverTo(await serve(app.listener));
  const stop = async (): Promise<void> => {
    const stopped = app.stop();
    // What does not end is given up after a moment.
    await rig.clock.advance(5000);
    await stopped;
  };
  onTestFinished(stop);
  if (given.isStopped !== true) await start(app, { slack, over: given.over });
  return {
    ...{ rig, slack, app, reports, as: slack.as },
    start: () => start(app, { slack, over: given.over }),
    whispered: (user, channel, words) =>
      vi.waitFor(() => findWhisper(slack, { user, channel, words }), { timeout: 5000 }),
    async restart() {
      await stop();
      return mount(given, { rig: await rig.restart(), slack, base });
    },
  };
}

async function start(
  app: SlackApp,
  { slack, over }: { slack: SlackSimulator; over: "http" | "socket" | undefined },
) {
  const started = await app.start();
  if (over === "socket" && started !== undefined) {
    await vi.waitFor(() => {
      if (slack.sockets.count() < 2) throw new Error("The connections are not open yet");
    }, 5000);
  }
  return started;
}

function usualOptions(
  { secrets, workspace }: SlackSimulator,
  { base, over }: { base: string; over: "http" | "socket" | undefined },
): SlackOptions {
  return {
    botToken: secrets.botToken,
    signingSecret: secrets.signingSecret,
    appToken: over === "socket" ? secrets.appToken : undefined,
    apiUrl: `${base}/api/`,
    channel: undefined,
    channels: [],
    admins: [workspace.user("admin").id],
    operators: [workspace.user("lead").id, workspace.user("developer").id],
    defaultRole: "viewer",
  };
}

async function serve(listener: NonNullable<SlackApp["listener"]>): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
}

function findWhisper(
  slack: SlackSimulator,
  { user, channel, words }: { user: string; channel: string; words: RegExp },
): string {
  const direct = slack.workspace.direct(slack.workspace.user(user).id);
  const seen = [...slack.ephemerals(user, channel), ...slack.messages(direct.id)];
  const texts = seen.map(({ text, blocks }) => `${text}\n${JSON.stringify(blocks)}`);
  const found = texts.find((text) => words.test(text));
  if (found !== undefined) return found;
  throw new Error(`Nobody told "${user}" ${String(words)}, only: ${texts.join("\n---\n")}`);
}
