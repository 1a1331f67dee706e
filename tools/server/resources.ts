import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { Report } from "../define-tool.ts";
import { viewOperationDetail } from "../views/operation-detail.ts";
import { viewThopterDetail } from "../views/thopter-detail.ts";
import { viewThopter } from "../views/thopter-view.ts";
import { errorText, userWords } from "./error-text.ts";

type Ports = { fleet: Fleet; caller: Caller; report: Report };

const mimeType = "application/json";
const listUri = "thopter://thopters";
const mostThopters = 100;

const templates = [
  {
    uriTemplate: "thopter://thopters/{id}",
    name: "thopter",
    title: "One thopter",
    description: "A thopter with the state of its work, by name or id",
    mimeType,
  },
  {
    uriTemplate: "thopter://operations/{id}",
    name: "operation",
    title: "One operation",
    description: "An operation with its steps, by id",
    mimeType,
  },
];

/** Serves the fleet's records as resources, in the same words as the tools. */
export function serveResources(server: Server, ports: Ports): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: [
      {
        uri: listUri,
        name: "thopters",
        title: "Thopters",
        description: `The thopters that exist, ${String(mostThopters)} at most`,
        mimeType,
      },
    ],
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: templates,
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const record = await readRecord(uri, ports);
    return { contents: [{ uri, mimeType, text: JSON.stringify(record) }] };
  });
}

async function readRecord(uri: string, { fleet, caller, report }: Ports): Promise<unknown> {
  try {
    const [, kind, id] = /^thopter:\/\/(thopters|operations)(?:\/([^/?#]+))?$/.exec(uri) ?? [];
    if (kind === "thopters" && id === undefined) {
      const { items } = await fleet.listThopters(caller, { limit: mostThopters });
      return { thopters: items.map(viewThopter) };
    }
    if (id === undefined) throw unknownUri(uri);
    return kind === "thopters"
      ? viewThopterDetail(await fleet.getThopter(caller, decode(id, uri)))
      : viewOperationDetail(await fleet.getOperation(caller, decode(id, uri)));
  } catch (error) {
    throw toMcpError(error, uri, report);
  }
}

function decode(id: string, uri: string): string {
  try {
    return decodeURIComponent(id);
  } catch (error) {
    throw new UserError(unknownUri(uri).message, { cause: error });
  }
}

function unknownUri(uri: string): UserError {
  const known = [listUri, ...templates.map(({ uriTemplate }) => uriTemplate)].join(", ");
  return new UserError(
    `Cannot read "${uri.slice(0, 200)}": there is no such resource. There are ${known}.`,
  );
}

function toMcpError(error: unknown, uri: string, report: Report): McpError {
  if (error instanceof UserError) {
    const code =
      error.code === "invalid" || error.code === "not_found"
        ? ErrorCode.InvalidParams
        : ErrorCode.InvalidRequest;
    return new McpError(code, userWords(error), { uri });
  }
  return new McpError(ErrorCode.InternalError, errorText(error, "resources/read", report), { uri });
}
