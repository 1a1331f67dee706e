import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { HttpServerOptions } from "../../src/http/http-server.ts";
import { catalogue } from "../../tools/catalogue.ts";
import { createMcpServer } from "../../tools/mcp-server.ts";
import { quietMs } from "../../tools/server/subscriptions.ts";
import { startTestHub } from "../http/test-hub.ts";
import type { TestHub } from "../http/test-hub.ts";

const program = fileURLToPath(new URL("stdio-proxy-process.mjs", import.meta.url));
const patienceMs = "1000";
const wait = { name: "wait_for_thopters", arguments: { thopters: ["amber-falcon"] } };

async function connect(hub: TestHub, token = "agentWithRun"): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  onTestFinished(() => client.close());
  const args = [program, hub.url, token, patienceMs];
  await client.connect(new StdioClientTransport({ command: process.execPath, args }));
  return client;
}

/** The hub as it is after a crash: the same address, the same thopters, none of the sessions. */
async function restart(hub: TestHub, options: Partial<HttpServerOptions> = {}): Promise<TestHub> {
  await hub.stop();
  const next = await startTestHub({ port: hub.port, ...options });
  next.fleet.addThopter();
  return next;
}

describe("the stdio proxy", () => {
  it("carries lists, calls, errors, resources, prompts and completions between a client and the hub", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const client = await connect(hub);
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(catalogue.length);
    expect(client.getInstructions()).toContain("provision_thopter");
    const result = await client.callTool({
      name: "get_thopter",
      arguments: { thopter: "amber-falcon" },
    });
    expect(result["structuredContent"]).toMatchObject({ thopter: { name: "amber-falcon" } });
    const { messages } = await client.getPrompt({ name: "clean_up_fleet" });
    expect(messages).toHaveLength(1);
    const { completion } = await client.complete({
      ref: { type: "ref/resource", uri: "thopter://thopters/{id}" },
      argument: { name: "id", value: "ID-" },
    });
    expect(completion.values).toEqual(["id-amber-falcon"]);
    await expect(client.readResource({ uri: "thopter://nothing" })).rejects.toMatchObject({
      code: -32_602,
    });
  });

  it("carries progress one way and a cancel the other", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const client = await connect(hub);
    const giveUp = new AbortController();
    const words: (string | undefined)[] = [];
    const waited = client.callTool(wait, undefined, {
      signal: giveUp.signal,
      onprogress: ({ message }) => words.push(message),
    });
    await expect.poll(() => words, { timeout: 5000 }).toEqual(["0 of 1 done: looked"]);
    giveUp.abort("enough");
    await expect(waited).rejects.toThrow("enough");
    await expect.poll(() => hub.fleet.waits).toEqual({ open: 0, aborted: 1 });
    await client.ping();
  });

  it("joins a hub that has restarted without its client noticing, once for many calls", async () => {
    const hub = await startTestHub();
    const client = await connect(hub);
    await client.ping();
    let connections = 0;
    const next = await restart(hub, {
      createMcpServer: (options) => {
        connections += 1;
        return createMcpServer(options);
      },
    });
    const calls = Array.from({ length: 5 }, () =>
      client.callTool({ name: "list_thopters", arguments: {} }),
    );
    for (const result of await Promise.all(calls)) {
      expect(result["structuredContent"]).toMatchObject({ thopters: [{ name: "amber-falcon" }] });
    }
    expect(connections).toBe(1);
    expect(next.reports).toEqual([]);
  });

  it("carries what the hub says by itself, and goes on following after a hub has restarted", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const client = await connect(hub);
    const told: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      told.push(params.uri);
    });
    client.setNotificationHandler(ResourceListChangedNotificationSchema, () => {
      told.push("list");
    });
    // They come one by one: they are taken away only once all are there.
    async function isTold(expected: readonly string[]): Promise<void> {
      await expect.poll(() => [...told]).toEqual(expected);
      told.length = 0;
    }

    const uri = "thopter://thopters/amber-falcon";
    await client.listResources();
    await client.subscribeResource({ uri });
    await client.subscribeResource({ uri: "thopter://thopters" });
    await client.unsubscribeResource({ uri: "thopter://thopters" });
    await expect(client.subscribeResource({ uri: "thopter://nothing" })).rejects.toThrow(
      "Cannot find",
    );
    hub.fleet.change("amber-falcon", { status: "failed" });
    await hub.clock.advance(quietMs);
    await isTold([uri]);

    const next = await restart(hub);
    await expect.poll(() => next.fleet.watchers(), { timeout: 5000 }).toBe(1);
    await isTold([uri, "list"]);
    next.fleet.change("amber-falcon", { status: "failed" });
    await next.clock.advance(quietMs);
    await isTold([uri]);
    await client.close();
    await expect.poll(() => next.fleet.watchers(), { timeout: 5000 }).toBe(0);
  });

  it("waits for a hub that is away for a moment", async () => {
    const hub = await startTestHub();
    const client = await connect(hub);
    await hub.stop();
    const called = client.callTool({ name: "list_thopters", arguments: {} });
    const next = await startTestHub({ port: hub.port });
    next.fleet.addThopter();
    expect((await called)["structuredContent"]).toMatchObject({
      thopters: [{ name: "amber-falcon" }],
    });
  });

  it("says what to do when the hub stays away", async () => {
    const hub = await startTestHub();
    const client = await connect(hub);
    await hub.stop();
    await expect(client.callTool({ name: "list_thopters" })).rejects.toThrow(
      /Cannot reach the hub at "http:.*Start it with "thopter start".*Nothing was done\./,
    );
  });

  it("answers a call whose hub stops in the middle, and goes on with the next hub", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const client = await connect(hub);
    const waited = client.callTool(wait);
    await expect.poll(() => hub.fleet.waits.open, { timeout: 5000 }).toBe(1);
    await restart(hub);
    expect((await waited)["structuredContent"]).toMatchObject({ done: false });
    await client.ping();
  });

  it("says whose fault it is when the hub refuses the token", async () => {
    const hub = await startTestHub();
    await expect(connect(hub, "unknown")).rejects.toThrow(/refuses the token: .*THOPTER_TOKEN/);
    const client = await connect(hub);
    hub.fleet.tokens.clear();
    await expect(client.ping()).rejects.toThrow(/refuses the token/);
  });

  it("writes nothing but protocol to stdout, and ends with its client's last word", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const child = spawn(process.execPath, [program, `${hub.url}/mcp`, "viewer", patienceMs]);
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    const params = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    };
    child.stdin.write("this is not JSON\n");
    child.stdin.write(
      `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`,
    );
    await expect.poll(() => output, { timeout: 5000 }).toContain('"id":1');
    const last = { jsonrpc: "2.0", id: "last", method: "tools/call", params: wait };
    child.stdin.end(`${JSON.stringify(last)}\n`);
    await expect.poll(() => hub.fleet.waits.open, { timeout: 5000 }).toBe(1);
    hub.fleet.change("amber-falcon", { agentState: { status: "done", since: 0 } });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(0);
    const lines = output
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([
      { jsonrpc: "2.0", id: 1 },
      { jsonrpc: "2.0", id: "last", result: { structuredContent: { done: true } } },
    ]);
  });
});
