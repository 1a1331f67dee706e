import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { onTestFinished } from "vitest";
import { plainEnvironment, program } from "./hub-process.ts";

/** An MCP client as a coding agent has it. */
export type McpClient = {
  /** The structured answer of a tool. Throws with the tool's words when it refuses. */
  call(tool: string, input: Record<string, unknown>, onProgress?: () => void): Promise<McpAnswer>;
  tools(): Promise<string[]>;
  close(): Promise<void>;
  /** All that it was answered. */
  text(): string;
};

// Each test looks for the fields that it needs.
type McpAnswer = Record<string, unknown> & {
  outcome?: string;
  operation?: unknown;
  operations?: unknown;
  untrusted?: { text?: string };
};

export async function connectOverHttp(hub: { url: string; token: string }): Promise<McpClient> {
  const requestInit = { headers: { authorization: `Bearer ${hub.token}` } };
  return connect(new StreamableHTTPClientTransport(new URL("/mcp", hub.url), { requestInit }));
}

/** Over stdio, by way of `thopter mcp`. */
export async function connectOverStdio(env: Readonly<Record<string, string>>): Promise<McpClient> {
  return connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, "mcp"],
      env: { ...plainEnvironment(), ...env },
      stderr: "ignore",
    }),
  );
}

async function connect(transport: Transport): Promise<McpClient> {
  const client = new Client({ name: "thopter-tests", version: "1.0.0" });
  let text = "";
  await client.connect(transport);
  onTestFinished(() => client.close());
  // With the list in hand the SDK's client checks every answer against its output schema.
  const { tools } = await client.listTools();
  return {
    async call(tool, input, onProgress) {
      const progress = onProgress === undefined ? {} : { onprogress: onProgress };
      const options = { timeout: 90_000, ...progress };
      // Without tasks the SDK's union of results has one member.
      const result = (await client.callTool(
        { name: tool, arguments: input },
        undefined,
        options,
      )) as CallToolResult;
      text += `${JSON.stringify(result)}\n`;
      if (result.isError === true) {
        throw new Error(result.content.map((one) => (one.type === "text" ? one.text : "")).join());
      }
      // Every tool of the hub answers with an object.
      return result.structuredContent as McpAnswer;
    },
    tools: () => Promise.resolve(tools.map(({ name }) => name)),
    close: () => client.close(),
    text: () => text,
  };
}
