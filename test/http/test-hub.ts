import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { onTestFinished } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { createHttpServer } from "../../src/http/http-server.ts";
import type { HttpServerOptions } from "../../src/http/http-server.ts";
import { createMcpServer } from "../../tools/mcp-server.ts";
import { createManualClock } from "../manual-clock.ts";
import type { ManualClock } from "../manual-clock.ts";
import { agent, createFakeFleet, person } from "../tools/fake-fleet.ts";
import type { FakeFleet } from "../tools/fake-fleet.ts";

export const callers = {
  viewer: { actor: person, role: "viewer" },
  operator: { actor: person, role: "operator" },
  admin: { actor: person, role: "admin" },
  readOnly: { actor: person, role: "admin", readOnly: true },
  agent: { actor: agent, role: "operator" },
  agentWithRun: { actor: agent, role: "operator", toolsets: ["run"] },
} as const satisfies Record<string, Omit<Caller, "front">>;

export type CallerName = keyof typeof callers;

export type TestHub = {
  fleet: FakeFleet;
  clock: ManualClock;
  url: string;
  port: number;
  reports: { error: unknown; about: string }[];
  /** Stops it early, as a hub that restarts does. */
  stop(): Promise<void>;
  request(path: string, init?: RequestInit & { token?: string | undefined }): Promise<Response>;
  api(name: string, body: unknown, token?: string): Promise<{ status: number; body: unknown }>;
  /** A client of the real SDK, connected. */
  client(token: string): Promise<Client>;
};

/** The real HTTP server and the real tools in front of a fleet in memory; every caller's name is its token. */
export async function startTestHub(options: Partial<HttpServerOptions> = {}): Promise<TestHub> {
  const fleet = createFakeFleet();
  for (const [name, caller] of Object.entries(callers)) fleet.tokens.set(name, caller);
  const clock = createManualClock();
  const reports: TestHub["reports"] = [];
  const report = (error: unknown, about: string): string => {
    reports.push({ error, about });
    return `report-${String(reports.length)}`;
  };
  const server = createHttpServer({
    fleet,
    clock,
    report,
    createMcpServer,
    host: "127.0.0.1",
    port: 0,
    version: "0.0.0-test",
    ...options,
  });
  const { port } = await server.start();
  onTestFinished(() => server.stop());
  const url = `http://127.0.0.1:${String(port)}`;

  function request(
    path: string,
    init: RequestInit & { token?: string | undefined } = {},
  ): Promise<Response> {
    const headers = new Headers(init.headers);
    if (init.token !== undefined) headers.set("authorization", `Bearer ${init.token}`);
    return fetch(`${url}${path}`, { ...init, headers });
  }

  return {
    fleet,
    clock,
    url,
    port,
    reports,
    request,
    stop: () => server.stop(),
    async api(name, body, token = "operator") {
      const response = await request(`/api/${name}`, {
        method: "POST",
        token,
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    async client(token) {
      const client = new Client({ name: "test", version: "1" });
      const requestInit = { headers: { authorization: `Bearer ${token}` } };
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }),
      );
      onTestFinished(() => client.close());
      return client;
    },
  };
}
