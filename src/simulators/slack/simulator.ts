import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Hono } from "hono";
import { cutsConnections, listenHere } from "../cut-connections.ts";
import { createControl } from "./control.ts";
import { createCourier, type Courier } from "./courier.ts";
import type { Delivery, RawAnswer, SentRequest } from "./delivery.ts";
import { createEvents, type Events } from "./events.ts";
import { createFaults, type Faults } from "./faults.ts";
import { sendRaw, signedRequest } from "./http-delivery.ts";
import { createIds } from "./ids.ts";
import { usualScopes, usualSubscriptions, type SlackSimulatorOptions } from "./options.ts";
import { localOnly } from "./page/local-only.ts";
import { createPage } from "./page/page.ts";
import { plainBlocks } from "./page/plain-blocks.ts";
import { createPerson, type Person } from "./person.ts";
import { createReading, type Reading } from "./reading.ts";
import { createResponseUrls } from "./response-urls.ts";
import { createSockets, type Sockets } from "./sockets.ts";
import { createTriggers } from "./triggers.ts";
import { createWebApi } from "./web-api.ts";
import { createWorkspace, seedTeam, type Workspace } from "./workspace.ts";
import type { World } from "./world.ts";

export type SlackSimulator = Reading & {
  /** Listens on this machine alone, and resolves with the base URL; 0 lets the kernel choose. */
  listen(port: number): Promise<string>;
  workspace: Workspace;
  secrets: World["secrets"];
  /** What one person does, by id or name. */
  as(user: string): Person;
  deliverTo: Courier["deliverTo"];
  deliveries(): readonly Delivery[];
  /** Sends an event of any kind. */
  emit: Events["emit"];
  /** A request with Slack's signature, to be sent as it is or spoiled first. */
  sign(request: {
    url: string;
    body: string;
    contentType: string;
    atSeconds?: number;
  }): SentRequest;
  /** Sends any request, and answers with what came back. */
  raw(request: SentRequest): Promise<RawAnswer>;
  faults: Faults;
  sockets: Pick<Sockets, "count" | "disconnect" | "drop">;
  /** Slack answers nothing and sends nothing until it is up again. */
  down(): void;
  up(): void;
  close(): Promise<void>;
};

/** A stand-in for Slack that keeps its rules; README.md beside this lists them. */
export function createSlackSimulator(options: SlackSimulatorOptions): SlackSimulator {
  const world = createWorld(options);
  const sockets = createSockets(world, options.connectionSeconds ?? 18_060);
  const courier = createCourier(world, sockets);
  const events = createEvents(world, courier);
  const app = new Hono();
  const listener = cutsConnections(app);
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.on("upgrade", sockets.upgrade);

  const simulator: SlackSimulator = {
    ...{ workspace: world.workspace, secrets: world.secrets, faults: world.faults, sockets },
    ...createReading(world),
    emit: events.emit,
    as: (user) => createPerson({ world, courier, events }, user),
    deliverTo: courier.deliverTo,
    deliveries: () => courier.deliveries,
    sign: (request) => signedRequest(world, request),
    raw: sendRaw,
    down() {
      world.isDown = true;
      sockets.drop();
    },
    up() {
      world.isDown = false;
    },
    async listen(port) {
      world.baseUrl = await listenHere(server, port);
      return world.baseUrl;
    },
    async close() {
      world.isClosed = true;
      sockets.close();
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  const { suggested } = world;
  const { renderBlocks = plainBlocks, blockStyles = "" } = options;
  for (const path of ["/", "/page/*", "/control/*"]) app.use(path, localOnly);
  app.route("/control", createControl(simulator));
  app.route("/", createPage(simulator, { renderBlocks, blockStyles, suggested }));
  app.route("/", createWebApi(world, { rateLimits: options.rateLimits ?? true }));
  return simulator;
}

function createWorld(options: SlackSimulatorOptions): World {
  const { clock, seed = randomUUID() } = options;
  const ids = createIds(seed);
  const workspace = createWorkspace(ids);
  if (options.isEmpty !== true) seedTeam(workspace, ids);
  const secrets = {
    botToken: options.botToken ?? `xoxb-${ids.secret(24)}`,
    appToken: options.appToken ?? `xapp-1-${ids.secret(24)}`,
    signingSecret: options.signingSecret ?? ids.secret(32),
  };
  return {
    ...{ clock, ids, workspace, secrets, tickets: new Set(), baseUrl: "" },
    scopes: new Set(options.scopes ?? usualScopes),
    subscriptions: new Set(options.subscriptions ?? usualSubscriptions),
    commands: new Set(options.commands ?? ["/thopter"]),
    validateMessage: options.validateMessage ?? (() => []),
    validateView: options.validateView ?? (() => []),
    ...{ triggers: createTriggers(clock, ids), responseUrls: createResponseUrls(clock, ids) },
    ...{ faults: createFaults(clock), messages: [], modals: new Map(), homes: new Map() },
    ...{ calls: [], shown: [], suggested: new Map(), watchers: new Set() },
    ...{ isDown: false, isClosed: false, lastStamp: 0 },
  };
}
