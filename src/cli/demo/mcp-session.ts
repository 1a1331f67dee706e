import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";

/** An MCP client of the hub, as a coding agent is one. */
export type McpSession = {
  /** Calls a tool and answers with its structured result. Throws with the tool's words when it refuses. */
  call<T>(tool: string, input: Record<string, unknown>, schema: z.ZodType<T>): Promise<T>;
  close(): Promise<void>;
};

const resultSchema = z.object({
  isError: z.boolean().optional(),
  structuredContent: z.unknown(),
  content: z.array(z.object({ text: z.string().optional() })),
});

export async function connectMcp({
  url,
  token,
}: {
  url: string;
  token: string;
}): Promise<McpSession> {
  const client = new Client({ name: "thopter-demo", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  return {
    async call(tool, input, schema) {
      const result = resultSchema.parse(await client.callTool({ name: tool, arguments: input }));
      if (result.isError === true)
        throw new Error(result.content.map(({ text }) => text).join("\n"));
      return schema.parse(result.structuredContent);
    },
    close: () => client.close(),
  };
}
