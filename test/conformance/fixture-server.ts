import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import { SetLevelRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import { capabilities, serveCatalogue } from "../../tools/mcp-server.ts";
import type { McpServerOptions } from "../../tools/mcp-server.ts";
import { createEventStore } from "./event-store.ts";
import { fixturePrompts } from "./fixture-prompts.ts";
import { fixtureResources } from "./fixture-resources.ts";
import { fixtureTools } from "./fixture-tools.ts";

export type FixtureExtra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Answers a request for a fixture, or lets the product answer. */
export type FixtureHandler = (
  request: { params: Record<string, unknown> },
  extra: FixtureExtra,
  product: () => Promise<Record<string, unknown>>,
) => unknown;

type AnyHandler = (request: unknown, extra: FixtureExtra) => unknown;
type Register = (schema: unknown, handler: AnyHandler) => void;
type Schema = { shape: { method: { value: string } } };

const fixtures: Readonly<Record<string, FixtureHandler>> = {
  ...fixtureTools,
  ...fixtureResources,
  ...fixturePrompts,
};

/** The product's server, which also has what the scenarios of the conformance suite ask for. */
export function createFixtureServer(options: McpServerOptions): Server {
  const server = new Server(
    { name: "thopter", version: options.version },
    { capabilities: { ...capabilities, logging: {} } },
  );
  // The SDK's types tie each handler to its schema; here one function stands around them all.
  const register = server.setRequestHandler.bind(server) as Register;
  const around: Register = (schema, handler) => {
    // Every schema of a request names its method so.
    const fixture = fixtures[(schema as Schema).shape.method.value];
    register(schema, fixture === undefined ? handler : within(fixture, handler));
  };
  Object.assign(server, { setRequestHandler: around });
  serveCatalogue(server, options);
  register(SetLevelRequestSchema, () => ({}));

  const { connect } = server;
  server.connect = (transport) => {
    // Streams are resumed where their events are kept, which the product does not do.
    Object.assign(transport, { _eventStore: createEventStore(), _retryInterval: 500 });
    return connect.call(server, transport);
  };
  return server;
}

function within(fixture: FixtureHandler, handler: AnyHandler): AnyHandler {
  return (request, extra) =>
    fixture(
      // Every request that has a fixture has parameters or none at all.
      { params: (request as { params?: Record<string, unknown> }).params ?? {} },
      extra,
      // The product's answers are objects.
      async () => (await handler(request, extra)) as Record<string, unknown>,
    );
}
