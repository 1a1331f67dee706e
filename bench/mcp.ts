import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { readConfig } from "../src/config.ts";
import { startHub } from "../src/hub.ts";
import { median } from "./row.ts";
import type { Row, Scale } from "./row.ts";
import { withDirectory } from "./rig.ts";

/** A tool call over Streamable HTTP, against the smallest tool that the bare SDK can serve. */
export async function measureMcp(scale: Scale): Promise<Row> {
  const calls = scale === "full" ? 300 : 30;
  return withDirectory(async (directory) => {
    const hub = await startHub(readConfig({ THOPTER_DATA_DIR: directory, THOPTER_PORT: "0" }));
    const token = (await readFile(join(directory, "agent-token"), "utf8")).trim();
    const bare = await startBare();
    const ours = await connect(new URL("/mcp", hub.url), token);
    const plain = await connect(bare.url, token);
    const ourTimes: number[] = [];
    const plainTimes: number[] = [];
    // In turns, so that a slow moment of the machine hits both.
    for (let call = 0; call < calls; call += 1) {
      ourTimes.push(await timeCall(ours, "list_thopters"));
      plainTimes.push(await timeCall(plain, "nothing"));
    }
    await ours.close();
    await plain.close();
    bare.stop();
    await hub.stop();
    const ratio = median(ourTimes) / median(plainTimes);
    return {
      claim: "an MCP tool call (list_thopters)",
      measured: `p50 ${median(ourTimes).toFixed(2)} ms`,
      against: `a tool of the bare SDK: p50 ${median(plainTimes).toFixed(2)} ms`,
      ratio: `${ratio.toFixed(2)} x`,
      aim: "<= 1.5 x",
    };
  });
}

async function connect(url: URL, token: string): Promise<Client> {
  const client = new Client({ name: "bench", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  return client;
}

async function timeCall(client: Client, name: string): Promise<number> {
  const began = performance.now();
  await client.callTool({ name, arguments: {} });
  return performance.now() - began;
}

async function startBare(): Promise<{ url: URL; stop(): void }> {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
  const server = new McpServer({ name: "bare", version: "1.0.0" });
  server.registerTool("nothing", { description: "Does nothing" }, () => ({
    content: [{ type: "text", text: "done" }],
  }));
  await server.connect(transport);
  const http = createServer((request, response) => void transport.handleRequest(request, response));
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has such an address.
  const { port } = http.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    stop() {
      http.closeAllConnections();
      http.close();
    },
  };
}
