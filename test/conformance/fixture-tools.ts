import { setTimeout as wait } from "node:timers/promises";
import { CreateMessageResultSchema, ElicitResultSchema } from "@modelcontextprotocol/sdk/types.js";
import type { ElicitRequestFormParams } from "@modelcontextprotocol/sdk/types.js";
import { enumFields, fieldsWithDefaults, jsonSchema202012 } from "./fixture-schemas.ts";
import type { FixtureExtra, FixtureHandler } from "./fixture-server.ts";
import { pixel, silence } from "./media.ts";

type Content = Record<string, unknown>;
type FixtureTool = {
  inputSchema: Content;
  content(given: Content, extra: FixtureExtra): Content[] | Promise<Content[]>;
};

const noArguments = { type: "object", properties: {} };
const image = { type: "image", data: pixel, mimeType: "image/png" };

function textOf(words: string): Content {
  return { type: "text", text: words };
}

function resource(uri: string): Content {
  return { type: "resource", resource: { uri, mimeType: "text/plain", text: "An embedded text." } };
}

function showing(...content: Content[]): FixtureTool {
  return { inputSchema: noArguments, content: () => content };
}

function withText(field: string, content: FixtureTool["content"]): FixtureTool {
  const properties = { [field]: { type: "string" } };
  return { inputSchema: { type: "object", properties, required: [field] }, content };
}

type Fields = ElicitRequestFormParams["requestedSchema"]["properties"];

/** Asks the client's person for these fields, on the stream of the call. */
async function elicit(
  { sendRequest }: FixtureExtra,
  message: string,
  properties: Fields,
): Promise<Content[]> {
  const requestedSchema = { type: "object" as const, properties };
  const { action, content } = await sendRequest(
    { method: "elicitation/create", params: { message, requestedSchema } },
    ElicitResultSchema,
  );
  return [textOf(`${action}: ${JSON.stringify(content ?? {})}`)];
}

async function log({ sendNotification }: FixtureExtra): Promise<Content[]> {
  for (const data of ["started", "at work", "done"]) {
    await sendNotification({ method: "notifications/message", params: { level: "info", data } });
  }
  return [textOf("It logged.")];
}

async function report({ sendNotification, _meta }: FixtureExtra): Promise<Content[]> {
  const progressToken = _meta?.progressToken ?? 0;
  for (const progress of [0, 50, 100]) {
    const params = { progressToken, progress, total: 100 };
    await sendNotification({ method: "notifications/progress", params });
  }
  return [textOf(String(progressToken))];
}

async function sample(prompt: string, { sendRequest }: FixtureExtra): Promise<Content[]> {
  const messages = [{ role: "user" as const, content: { type: "text" as const, text: prompt } }];
  const { content } = await sendRequest(
    { method: "sampling/createMessage", params: { messages, maxTokens: 100 } },
    CreateMessageResultSchema,
  );
  return [textOf(JSON.stringify(content))];
}

const tools: Readonly<Record<string, FixtureTool>> = {
  test_simple_text: showing(textOf("A simple text.")),
  test_image_content: showing(image),
  test_audio_content: showing({ type: "audio", data: silence, mimeType: "audio/wav" }),
  test_embedded_resource: showing(resource("test://embedded-resource")),
  test_multiple_content_types: showing(textOf("A text"), image, resource("test://mixed")),
  test_tool_with_logging: { inputSchema: noArguments, content: (_given, extra) => log(extra) },
  test_tool_with_progress: { inputSchema: noArguments, content: (_given, extra) => report(extra) },
  test_error_handling: {
    inputSchema: noArguments,
    content: () => Promise.reject(new Error("This tool fails on purpose")),
  },
  test_reconnection: {
    inputSchema: noArguments,
    async content(_given, { closeSSEStream }) {
      closeSSEStream?.();
      // The suite reads until the stream has ended before it takes it up again.
      await wait(100);
      return [textOf("It was taken up again.")];
    },
  },
  test_sampling: withText("prompt", ({ prompt }, extra) => sample(String(prompt), extra)),
  test_elicitation: withText("message", ({ message }, extra) =>
    elicit(extra, String(message), { response: { type: "string" } }),
  ),
  test_elicitation_sep1034_defaults: {
    inputSchema: noArguments,
    content: (_given, extra) => elicit(extra, "Look over these", fieldsWithDefaults),
  },
  test_elicitation_sep1330_enums: {
    inputSchema: noArguments,
    content: (_given, extra) => elicit(extra, "Choose from these", enumFields),
  },
  json_schema_2020_12_tool: { ...showing(textOf("It was called.")), inputSchema: jsonSchema202012 },
};

export const fixtureTools: Readonly<Record<string, FixtureHandler>> = {
  "tools/list": async (_request, _extra, product) => {
    const own = Object.entries(tools).map(([name, { inputSchema }]) => ({
      name,
      description: "A fixture",
      inputSchema,
    }));
    // The product's answer is a list of tools.
    return { tools: [...((await product())["tools"] as unknown[]), ...own] };
  },
  "tools/call": async ({ params }, extra, product) => {
    const tool = tools[String(params["name"])];
    if (tool === undefined) return product();
    try {
      // The suite gives objects.
      const given = (params["arguments"] ?? {}) as Content;
      return { content: await tool.content(given, extra) };
    } catch (error) {
      return { content: [textOf(String(error))], isError: true };
    }
  },
};
