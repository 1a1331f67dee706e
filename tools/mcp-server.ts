import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import type {
  CallToolResult,
  ServerCapabilities,
  ServerNotification,
  ServerRequest,
  Tool as ListedTool,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Caller } from "../src/core/actor.ts";
import type { Clock } from "../src/core/ports/clock.ts";
import type { Fleet } from "../src/core/ports/fleet.ts";
import { catalogue, mayAct, mayUse } from "./catalogue.ts";
import type { Report, Tool, ToolAnswer } from "./define-tool.ts";
import { prompts } from "./prompts/prompt-catalogue.ts";
import { serveCompletions } from "./server/completions.ts";
import { instructions } from "./server/instructions.ts";
import { servePrompts } from "./server/prompts.ts";
import { serveResources } from "./server/resources.ts";

export type McpServerOptions = {
  fleet: Fleet;
  caller: Caller;
  clock: Clock;
  version: string;
  report: Report;
  /** Aborts when the hub stops: waits then end with an answer. */
  stopping?: AbortSignal;
};

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export const capabilities: ServerCapabilities = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
};

/** Serves the catalogue to one caller over the SDK: one server for each connection. */
export function createMcpServer(options: McpServerOptions): Server {
  const info = { name: "thopter", title: "Thopter", version: options.version };
  const server = new Server(info, { capabilities, instructions });
  serveCatalogue(server, options);
  return server;
}

/** Registers what the catalogue holds for this caller on a server. */
export function serveCatalogue(server: Server, options: McpServerOptions): void {
  const { fleet, caller, report } = options;
  const allowed = prompts.filter((prompt) => mayAct(prompt, caller));
  serveTools(server, options);
  serveResources(server, options);
  servePrompts(server, { prompts: allowed, report });
  serveCompletions(server, { fleet, caller, report, prompts: allowed });
  server.onerror = (error) => void report(error, "MCP connection");
}

function serveTools(server: Server, options: McpServerOptions): void {
  const { fleet, caller, clock, report, stopping } = options;
  const tools = new Map(
    catalogue.filter((tool) => mayUse(tool, caller)).map((tool) => [tool.name, tool]),
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...tools.values()].map(listed),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = tools.get(params.name);
    if (tool === undefined) throw unknownTool(params.name, [...tools.keys()]);
    // What changes something is carried through, whoever leaves.
    const ends = tool.mutates ? [] : [extra.signal, ...(stopping === undefined ? [] : [stopping])];
    const progress = progressOf(extra);
    const context = { fleet, caller, clock, progress, report };
    return withSignal(ends, async (signal) =>
      toResult(await tool.call(params.arguments ?? {}, { ...context, signal })),
    );
  });
}

/** Lends `use` a signal that aborts with any of these, and leaves nothing behind on them. */
async function withSignal<T>(
  ends: readonly AbortSignal[],
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  if (ends.some(({ aborted }) => aborted)) end();
  for (const one of ends) one.addEventListener("abort", end);
  try {
    return await use(ended.signal);
  } finally {
    for (const one of ends) one.removeEventListener("abort", end);
  }
}

function unknownTool(name: string, names: readonly string[]): McpError {
  return new McpError(
    ErrorCode.InvalidParams,
    `Cannot call "${name.slice(0, 60)}": there is no such tool for you. There are ${names.join(", ")}.`,
  );
}

/** A tool as clients see it. The dialect is the protocol's default, so `$schema` would be ballast. */
export function listed(tool: Tool): ListedTool {
  const { name, title, description, annotations, alwaysLoad } = tool;
  return {
    name,
    title,
    description,
    inputSchema: toJsonSchema(tool.input, "input"),
    outputSchema: toJsonSchema(tool.output, "output"),
    annotations,
    ...(alwaysLoad === true ? { _meta: { "anthropic/alwaysLoad": true } } : {}),
  };
}

function toJsonSchema(schema: z.ZodObject, io: "input" | "output"): ListedTool["inputSchema"] {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, override: dropBallast(io) });
  // A z.object always becomes a schema of type "object", which its type does not say. What it
  // requires is said even when that is nothing.
  return { required: [], ...json } as ListedTool["inputSchema"];
}

/**
 * Limits that nobody meets by chance cost a model's attention; a call that breaks one is still told
 * so. An answer may get another field one day, so clients that know it as it was must not refuse it.
 */
function dropBallast(io: "input" | "output") {
  return ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    delete jsonSchema.minLength;
    delete jsonSchema.maxLength;
    delete jsonSchema.propertyNames;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (io === "output") delete jsonSchema.additionalProperties;
  };
}

/** Sends progress to a client that gave a token for it, each notification with a greater number. */
function progressOf({ _meta, sendNotification }: Extra): (words: string) => void {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let progress = 0;
  return (message) => {
    progress += 1;
    const params = { progressToken, progress, message };
    // A client that has gone needs no progress; that it has gone is seen by the call itself.
    sendNotification({ method: "notifications/progress", params }).catch(() => undefined);
  };
}

/** The structured content, and the same as text for clients that pass only text to their model. */
function toResult(answer: ToolAnswer): CallToolResult {
  if (!answer.ok) return { content: [{ type: "text", text: answer.text }], isError: true };
  return {
    content: [
      { type: "text", text: answer.text },
      { type: "text", text: JSON.stringify(answer.content) },
    ],
    structuredContent: answer.content,
  };
}
