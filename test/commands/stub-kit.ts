import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, vi } from "vitest";
import type { Cards } from "../../commands/cards/cards.ts";
import type { Feature } from "../../commands/define-command.ts";
import { createFeatures } from "../../commands/features.ts";
import type { SlackOptions } from "../../commands/ports.ts";
import { createSlackApp } from "../../commands/slack-app.ts";
import type { SlackApp } from "../../commands/slack-app.ts";
import { startRig } from "../fleet/rig.ts";
import type { Rig } from "../fleet/rig.ts";
import { createManualClock } from "../manual-clock.ts";
import { signature, startStub, team } from "./slack-stub.ts";
import type { Stub } from "./slack-stub.ts";

export const signingSecret = "a-signing-secret-of-the-tests";

export type StubKit = {
  rig: Rig;
  stub: Stub;
  app: SlackApp;
  /** The reports of the Slack app, as text. */
  reports: string[];
  /** What was asked of the cards. */
  homesOpened: string[];
  threads: Map<string, string>;
  /** Sends a signed request as Slack does. */
  send(body: string, patch?: SendPatch): Promise<Answered>;
  command(text: string, patch?: Record<string, string>): Promise<Answered>;
  interact(payload: Record<string, unknown>): Promise<Answered>;
  event(event: Record<string, unknown>, patch?: Record<string, unknown>): Promise<Answered>;
  press(actionId: string, patch?: Record<string, unknown>): Promise<Answered>;
  submit(formId: string, patch?: Record<string, unknown>): Promise<Answered>;
  /** Waits for what the app says to someone alone, and answers with all of it so far. */
  whispers(atLeast: number): Promise<string[]>;
};

export type SendPatch = {
  contentType?: string;
  secret?: string;
  /** How far the signed time is from now, in seconds. */
  skew?: number;
  headers?: Record<string, string>;
};

export type Answered = { status: number; body: string };

export type StubKitOptions = {
  options?: Partial<SlackOptions>;
  features?: readonly Feature[];
  prepare?: (stub: Stub) => void;
};

let count = 0;
const form = "application/x-www-form-urlencoded";

/** The Slack app over HTTP, before the real fleet and the smallest Web API. */
export async function startStubKit(given: StubKitOptions = {}): Promise<StubKit> {
  const clock = createManualClock(Date.now());
  const rig = await startRig({ clock });
  const stub = await startStub();
  given.prepare?.(stub);
  const reports: string[] = [];
  const homesOpened: string[] = [];
  const threads = new Map<string, string>();
  const app = createSlackApp(
    {
      fleet: rig.fleet,
      people: rig.fleet.slackPeople,
      store: rig.store,
      clock,
      newId: () => `id-${(count += 1)}`,
      redact: (text) => text,
      report(error, about) {
        reports.push(`${about}: ${error instanceof Error ? error.message : String(error)}`);
        return `ref-${reports.length}`;
      },
    },
    { ...usualOptions(stub), ...given.options },
    {
      features: given.features ?? createFeatures(),
      createCards: () => recordingCards(homesOpened, threads),
    },
  );
  const server = createServer((request, response) => app.listener?.(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has such an address.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    const stopped = app.stop();
    // What does not end is given up after a moment.
    await clock.advance(5000);
    await stopped;
  });
  await app.start();

  async function send(body: string, patch: SendPatch = {}): Promise<Answered> {
    const at = Math.floor(clock.now() / 1000) + (patch.skew ?? 0);
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": patch.contentType ?? form,
        ...signature(patch.secret ?? signingSecret, body, at),
        ...patch.headers,
      },
      body,
    });
    return { status: response.status, body: await response.text() };
  }

  const kit: StubKit = {
    ...{ rig, stub, app, reports, homesOpened, threads, send },
    command: (text, patch) => send(new URLSearchParams(commandBody(stub, text, patch)).toString()),
    interact: (payload) =>
      send(new URLSearchParams({ payload: JSON.stringify(payload) }).toString()),
    event: (event, patch) =>
      send(JSON.stringify(eventBody(event, patch)), { contentType: "application/json" }),
    press: (actionId, patch) => kit.interact(pressBody(stub, actionId, patch)),
    submit: (formId, patch) => kit.interact(submitBody(formId, patch)),
    async whispers(atLeast) {
      const said = (): string[] => [
        ...stub.responses.map(({ content }) => String(content["text"])),
        ...[...stub.called("chat.postEphemeral"), ...stub.called("chat.postMessage")].map(
          ({ args }) => args["text"] ?? "",
        ),
      ];
      await vi.waitFor(() => expect(said().length).toBeGreaterThanOrEqual(atLeast), 5000);
      return said();
    },
  };
  return kit;
}

function usualOptions(stub: Stub): SlackOptions {
  return {
    botToken: "xoxb-test",
    signingSecret,
    appToken: undefined,
    apiUrl: stub.apiUrl,
    channel: undefined,
    channels: [],
    admins: ["UADA"],
    operators: ["UANN"],
    defaultRole: "viewer",
  };
}

/** What a slash command carries. */
export function commandBody(
  stub: Pick<Stub, "responseUrl">,
  text: string,
  patch: Record<string, string> = {},
): Record<string, string> {
  count += 1;
  return {
    command: "/thopter",
    text,
    team_id: team,
    user_id: "UANN",
    channel_id: "C01",
    trigger_id: `trigger-${count}`,
    response_url: stub.responseUrl(`command-${count}`),
    ...patch,
  };
}

/** What a pressed button carries. */
export function pressBody(
  stub: Pick<Stub, "responseUrl">,
  actionId: string,
  patch: Record<string, unknown> = {},
): Record<string, unknown> {
  count += 1;
  return {
    type: "block_actions",
    team: { id: team },
    user: { id: "UANN", team_id: team },
    channel: { id: "C01" },
    container: { type: "message", message_ts: "5.0", channel_id: "C01", is_ephemeral: true },
    actions: [{ action_id: actionId, value: "a value", action_ts: `${count}.0`, type: "button" }],
    trigger_id: `trigger-${count}`,
    response_url: stub.responseUrl(`press-${count}`),
    ...patch,
  };
}

/** What a submitted form carries. */
export function submitBody(
  formId: string,
  patch: Record<string, unknown> = {},
): Record<string, unknown> {
  count += 1;
  return {
    type: "view_submission",
    team: { id: team },
    user: { id: "UANN", team_id: team },
    trigger_id: `trigger-${count}`,
    view: {
      id: `V${count}`,
      hash: "1.a",
      type: "modal",
      callback_id: formId,
      private_metadata: "a note",
      state: { values: { task: { task: { type: "plain_text_input", value: "typed" } } } },
    },
    ...patch,
  };
}

/** What an event carries. */
export function eventBody(
  event: Record<string, unknown>,
  patch: Record<string, unknown> = {},
): Record<string, unknown> {
  count += 1;
  return {
    type: "event_callback",
    team_id: team,
    event_id: `Ev${count}`,
    event: { user: "UANN", channel: "C01", ts: `${count}.5`, ...event },
    ...patch,
  };
}

function recordingCards(homesOpened: string[], threads: Map<string, string>): Cards {
  const cards: Partial<Cards> = {
    record: () => [],
    threadThopter: async (channel, ts) => threads.get(`${channel} ${ts}`),
    homeOpened: async ({ userId }) => void homesOpened.push(userId),
    start: async () => undefined,
    stop: async () => undefined,
  };
  // What is tested here asks for no more.
  return cards as Cards;
}
