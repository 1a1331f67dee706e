import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Resource } from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Report } from "../define-tool.ts";
import type { Sight } from "../resources/define-resource.ts";
import {
  addressOf,
  fixedResources,
  resourceAt,
  templateResources,
} from "../resources/resource-catalogue.ts";
import { inProtocol } from "./protocol-error.ts";
import { createSubscriptions } from "./subscriptions.ts";

type Ports = Sight & { clock: Clock; report: Report };

const mimeType = "application/json";

/** Serves the fleet's records as resources, in the same words as the tools. */
export function serveResources(server: Server, ports: Ports): void {
  const { report } = ports;
  const subscriptions = createSubscriptions(ports, {
    updated: (uri) => server.sendResourceUpdated({ uri }),
    listChanged: () => server.sendResourceListChanged(),
  });
  server.onclose = subscriptions.close;

  server.setRequestHandler(ListResourcesRequestSchema, ({ params }) =>
    inProtocol("resources/list", report, () => {
      subscriptions.followList();
      return listPage(params?.cursor, ports);
    }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: templateResources.map(({ uriTemplate, name, title, description }) => ({
      uriTemplate,
      name,
      title,
      description,
      mimeType,
    })),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) =>
    inProtocol("resources/read", report, async () => {
      const text = JSON.stringify(await resourceAt(uri).read(ports));
      return { contents: [{ uri, mimeType, text }] };
    }),
  );
  server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) =>
    inProtocol("resources/subscribe", report, async () => {
      await subscriptions.subscribe(uri);
      return {};
    }),
  );
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscriptions.unsubscribe(uri);
    return {};
  });
}

/** The fixed resources, then page by page the records that are listed one by one. */
async function listPage(
  cursor: string | undefined,
  sight: Sight,
): Promise<{ resources: Resource[]; nextCursor?: string }> {
  const resources: Resource[] = cursor === undefined ? fixedResources.map(fixed) : [];
  let nextCursor: string | undefined;
  for (const template of templateResources) {
    const page = await template.list?.page(cursor, sight);
    for (const { id, title, description } of page?.items ?? []) {
      resources.push({ uri: addressOf(template, id), name: id, title, description, mimeType });
    }
    nextCursor ??= page?.next;
  }
  return nextCursor === undefined ? { resources } : { resources, nextCursor };
}

function fixed({ uri, name, title, description }: (typeof fixedResources)[number]): Resource {
  return { uri, name, title, description, mimeType };
}
