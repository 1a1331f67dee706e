import { App, HTTPReceiver, LogLevel, SocketModeReceiver, type Logger } from "@slack/bolt";
import type { Server } from "node:http";
import { expect, onTestFinished } from "vitest";
import type { SlackSimulatorOptions } from "../../../src/simulators/slack/options.ts";
import {
  createSlackSimulator,
  type SlackSimulator,
} from "../../../src/simulators/slack/simulator.ts";
import { createSystemClock } from "../../../src/system-clock.ts";

/** How the app is reached. */
export const ways = ["http", "socket"] as const;
export type Way = (typeof ways)[number];

export type Running = { simulator: SlackSimulator; app: App; url: string };

/** A simulator that listens, and nothing else. */
export async function simulated(options: Partial<SlackSimulatorOptions> = {}) {
  const clock = options.clock ?? createSystemClock();
  const simulator = createSlackSimulator({ seed: "test", ...options, clock });
  onTestFinished(() => simulator.close());
  return { simulator, url: await simulator.listen(0) };
}

/** A real Bolt app that is reached through the simulator. */
export async function running(
  way: Way,
  setUp: (app: App) => void,
  options: Partial<SlackSimulatorOptions> = {},
): Promise<Running> {
  const { simulator, url } = await simulated(options);
  const start = way === "http" ? startHttp : startSocket;
  const app = await start(simulator, url, setUp);
  // Bolt asks who it is by itself, and fails loudly where nobody answers any more.
  await expect.poll(() => simulator.calls("auth.test").map(({ status }) => status)).toEqual([200]);
  return { simulator, url, app };
}

const clientOptionsOf = (url: string) => ({
  slackApiUrl: `${url}/api/`,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
});

/** While Slack is away, Socket Mode goes on knocking. */
const patient = { retries: 100, minTimeout: 50, factor: 1 };

async function startHttp(simulator: SlackSimulator, url: string, setUp: (app: App) => void) {
  const { signingSecret, botToken } = simulator.secrets;
  const receiver = new HTTPReceiver({ signingSecret, logger: quiet });
  const clientOptions = clientOptionsOf(url);
  const app = new App({ token: botToken, receiver, clientOptions, logger: quiet });
  setUp(app);
  const server: Server = await receiver.start(0);
  onTestFinished(async () => {
    server.closeAllConnections();
    await receiver.stop();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the app has no port");
  simulator.deliverTo(`http://127.0.0.1:${String(address.port)}/slack/events`);
  return app;
}

/** Another app, or replica of one, over Socket Mode. */
export async function startSocket(
  simulator: SlackSimulator,
  url: string,
  setUp: (app: App) => void,
): Promise<App> {
  const clientOptions = clientOptionsOf(url);
  const receiver = new SocketModeReceiver({
    ...{ appToken: simulator.secrets.appToken, logger: quiet, clientPingTimeout: 1000 },
    installerOptions: { clientOptions: { ...clientOptions, retryConfig: patient } },
  });
  const token = simulator.secrets.botToken;
  const app = new App({ token, receiver, clientOptions, logger: quiet });
  setUp(app);
  await app.start();
  onTestFinished(async () => void (await app.stop()));
  simulator.deliverTo("socket");
  return app;
}

const silence = (): void => undefined;
/** What Bolt says about refusals and reconnects is what the tests are about. */
export const quiet: Logger = {
  ...{ debug: silence, info: silence, warn: silence, error: silence },
  ...{ setLevel: silence, setName: silence, getLevel: () => LogLevel.ERROR },
};
