import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { onTestFinished } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { createHttpServer } from "../../src/http/http-server.ts";
import { createMcpServer } from "../../tools/mcp-server.ts";
import type { Rig } from "../fleet/rig.ts";

/** A client of the real SDK in front of the real use cases, as this caller. */
export async function clientOf(rig: Rig, caller: Caller): Promise<Client> {
  const server = createHttpServer({
    fleet: { ...rig.fleet, authenticate: () => Promise.resolve({ ...caller, front: "mcp" }) },
    clock: rig.clock,
    createMcpServer,
    host: "127.0.0.1",
    port: 0,
    version: "0.0.0-test",
    report: (error, about) => `report-${String(rig.reports.push({ error, about }))}`,
  });
  const { url } = await server.start();
  onTestFinished(() => server.stop());
  const client = new Client({ name: "test", version: "1" });
  const requestInit = { headers: { authorization: "Bearer any" } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  onTestFinished(() => client.close());
  return client;
}

/** Calls a tool; what its model would be given, and whether it is an error. */
export async function callOf(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
): Promise<{ isError: boolean; text: string; content: Record<string, unknown> }> {
  // Without tasks the SDK's union of results has one member.
  const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
  const text = result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
  return { isError: result.isError === true, text, content: result.structuredContent ?? {} };
}
