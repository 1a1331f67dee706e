import type { Cards } from "./cards/cards.ts";
import type { CommandPorts } from "./command-ports.ts";
import type { Feature } from "./define-command.ts";
import { createIdentity } from "./identity/identity.ts";
import type { SlackOptions, SlackPorts } from "./ports.ts";
import { admitting, createAdmission } from "./receiving/admission.ts";
import { createBolt } from "./receiving/bolt.ts";
import { createBotCheck } from "./receiving/bot.ts";
import { createBridgedLogger } from "./receiving/bridged-logger.ts";
import { createClients } from "./receiving/clients.ts";
import type { Clients } from "./receiving/clients.ts";
import type { Listener } from "./receiving/http-requests.ts";
import { createReceiver } from "./receiving/receiver.ts";
import { asWritten, contentOf, createAnswering } from "./routing/answers.ts";
import { brokenOff } from "./routing/broken-off.ts";
import { createCarried } from "./routing/carried.ts";
import { createCatalogue } from "./routing/catalogue.ts";
import { listen } from "./routing/listen.ts";
import { createPerform } from "./routing/perform.ts";
import { createRouter } from "./routing/router.ts";
import { createTellOrDestroy } from "./routing/tell-or-destroy.ts";
import { createTextRouter } from "./routing/text-router.ts";

export type SlackParts = {
  features: readonly Feature[];
  /** Makes what keeps messages up to date. */
  createCards(ports: SlackPorts & { web: Clients }, options: SlackOptions): Cards;
};

export type SlackApp = {
  /** Begins to take requests. Who the bot is stays unknown while Slack does not answer; it is asked again. */
  start(): Promise<{ team: string; botUser: string } | undefined>;
  stop(): Promise<void>;
  /** Answers requests over HTTP; absent where they come over Socket Mode. */
  listener: Listener | undefined;
};

/** The Slack front: what people write and press there, asked of the fleet. */
export function createSlackApp(
  ports: SlackPorts,
  options: SlackOptions,
  { features, createCards }: SlackParts,
): SlackApp {
  const logger = createBridgedLogger(ports, "Slack");
  const web = createClients(options, logger);
  const { interactive, background } = web;
  const bot = createBotCheck(ports, interactive);
  const identity = createIdentity(ports, options, { client: interactive, bot });
  const cards = createCards({ ...ports, web }, options);
  const perform = createPerform(ports);
  const carried = createCarried(ports);
  const answering = createAnswering(ports, options, interactive);
  const commandPorts: CommandPorts = {
    ...ports,
    options,
    cards,
    async post(to, message) {
      await background.chat.postMessage({ channel: to, ...contentOf(message), ...asWritten });
    },
  };
  const doubt = doubtOf(features);
  const catalogue = createCatalogue(doubt === undefined ? features : [...features, doubt]);
  const texts = createTextRouter(commandPorts, { catalogue, doubt });
  const router = createRouter(commandPorts, {
    ...{ catalogue, identity, texts, perform, carried },
    client: interactive,
  });
  const app = createBolt(options, { logger, bot });
  listen(app, ports, { router, identity, botUserId: async () => (await bot.known())?.userId });
  const { receiver, listener } = createReceiver(ports, options, logger);
  admitting(receiver, createAdmission(ports, app));

  return {
    listener,
    async start() {
      await cards.start();
      carried.start((from) => answering(from).whisper(brokenOff));
      bot
        .whenKnown()
        .then(() => identity.refreshRoles())
        .catch((error: unknown) => ports.report(error, "the roles of people in Slack"));
      const found = await bot.start();
      if (listener === undefined) await receiver.start();
      return found === undefined ? undefined : { team: found.team, botUser: found.userId };
    },
    async stop() {
      bot.stop();
      if (listener === undefined) await receiver.stop();
      await perform.stop();
      carried.stop();
      await cards.stop();
    },
  };
}

function doubtOf(features: readonly Feature[]) {
  const named = (name: string) => features.find(({ command }) => command?.name === name)?.command;
  const [tell, destroy] = [named("tell"), named("destroy")];
  return tell === undefined || destroy === undefined
    ? undefined
    : createTellOrDestroy({ tell, destroy });
}
