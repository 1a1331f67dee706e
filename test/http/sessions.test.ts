import { describe, expect, it } from "vitest";
import { callers, startTestHub } from "./test-hub.ts";
import type { TestHub } from "./test-hub.ts";

const accept = {
  accept: "application/json, text/event-stream",
  "content-type": "application/json",
};

/** One message to /mcp, without a client that would mend anything. */
function post(
  hub: TestHub,
  message: unknown,
  options: { token?: string; session?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const headers =
    options.session === undefined ? accept : { ...accept, "mcp-session-id": options.session };
  return hub.request("/mcp", {
    method: "POST",
    token: options.token ?? "operator",
    headers,
    body: JSON.stringify(message),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "raw", version: "1" },
  },
};
const ping = { jsonrpc: "2.0", id: 2, method: "ping" };

async function openSession(hub: TestHub, token = "operator"): Promise<string> {
  const response = await post(hub, initialize, { token });
  await response.text();
  const session = response.headers.get("mcp-session-id");
  if (session === null) throw new Error(`no session: ${String(response.status)}`);
  return session;
}

async function pingStatus(hub: TestHub, session: string, token = "operator"): Promise<number> {
  const response = await post(hub, ping, { session, token });
  await response.text();
  return response.status;
}

describe("MCP sessions", () => {
  it("belong to the token that opened them", async () => {
    const hub = await startTestHub();
    const session = await openSession(hub);
    for (const method of ["GET", "DELETE"] as const) {
      const response = await hub.request("/mcp", {
        method,
        token: "admin",
        headers: { ...accept, "mcp-session-id": session },
      });
      expect(response.status, method).toBe(404);
    }
    expect(await pingStatus(hub, session, "admin")).toBe(404);
    expect(await pingStatus(hub, session)).toBe(200);
  });

  it("have unguessable ids, and an unknown one is not found", async () => {
    const hub = await startTestHub();
    const [one, other] = [await openSession(hub), await openSession(hub)];
    expect(one).toMatch(/^[\da-f-]{36}$/);
    expect(one).not.toBe(other);
    const response = await post(hub, ping, { session: "00000000-0000-0000-0000-000000000000" });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32_001 },
    });
  });

  it("begin with initialize and with nothing else", async () => {
    const hub = await startTestHub();
    expect((await post(hub, ping)).status).toBe(400);
    expect((await hub.request("/mcp", { token: "operator", headers: accept })).status).toBe(400);
  });

  it("end with DELETE", async () => {
    const hub = await startTestHub();
    const session = await openSession(hub);
    const ended = await hub.request("/mcp", {
      method: "DELETE",
      token: "operator",
      headers: { ...accept, "mcp-session-id": session },
    });
    expect(ended.status).toBe(200);
    expect(await pingStatus(hub, session)).toBe(404);
  });

  it("end when their token is revoked, and do not come back with it", async () => {
    const hub = await startTestHub();
    const session = await openSession(hub);
    hub.fleet.tokens.delete("operator");
    expect(await pingStatus(hub, session)).toBe(401);
    hub.fleet.tokens.set("operator", callers.operator);
    expect(await pingStatus(hub, session)).toBe(404);
  });

  it("end when what their caller may do has changed", async () => {
    const hub = await startTestHub();
    const session = await openSession(hub);
    hub.fleet.tokens.set("operator", callers.viewer);
    expect(await pingStatus(hub, session)).toBe(404);
  });

  it("end after a while without use, and not before", async () => {
    const hub = await startTestHub({
      sessionLimits: { idleMs: 60_000, most: 10, mostPerToken: 10 },
    });
    const session = await openSession(hub);
    await hub.clock.advance(50_000);
    expect(await pingStatus(hub, session)).toBe(200);
    await hub.clock.advance(50_000);
    expect(await pingStatus(hub, session)).toBe(200);
    await hub.clock.advance(80_000);
    expect(await pingStatus(hub, session)).toBe(404);
  });

  it("stay while a client listens, and age once it has gone", async () => {
    const hub = await startTestHub({
      sessionLimits: { idleMs: 60_000, most: 10, mostPerToken: 10 },
    });
    const session = await openSession(hub);
    const gone = new AbortController();
    const stream = await hub.request("/mcp", {
      token: "operator",
      headers: { ...accept, "mcp-session-id": session },
      signal: gone.signal,
    });
    expect(stream.status).toBe(200);
    await hub.clock.advance(300_000);
    expect(await pingStatus(hub, session)).toBe(200);
    gone.abort();
    await expect
      .poll(async () => {
        await hub.clock.advance(80_000);
        return pingStatus(hub, session);
      })
      .toBe(404);
  });

  it("are bounded for each token: the one unused for longest makes room, and only its own", async () => {
    const hub = await startTestHub({
      sessionLimits: { idleMs: 60_000, most: 10, mostPerToken: 2 },
    });
    const foreign = await openSession(hub, "admin");
    const first = await openSession(hub);
    await hub.clock.advance(1000);
    const second = await openSession(hub);
    const third = await openSession(hub);
    expect(await pingStatus(hub, first)).toBe(404);
    for (const [session, token] of [
      [second, "operator"],
      [third, "operator"],
      [foreign, "admin"],
    ] as const) {
      expect(await pingStatus(hub, session, token)).toBe(200);
    }
  });

  it("are bounded in all, and who has none of its own to end is refused", async () => {
    const hub = await startTestHub({ sessionLimits: { idleMs: 60_000, most: 1, mostPerToken: 5 } });
    const session = await openSession(hub, "admin");
    const refused = await post(hub, initialize);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toHaveProperty("error.message");
    expect(await pingStatus(hub, session, "admin")).toBe(200);
  });

  it("give up a wait whose client went away, and nothing else", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const session = await openSession(hub);
    const call = {
      jsonrpc: "2.0",
      id: 7,
      method: "tools/call",
      params: { name: "wait_for_thopters", arguments: { thopters: ["amber-falcon"] } },
    };
    const gone = new AbortController();
    const response = await post(hub, call, { session, signal: gone.signal });
    await expect.poll(() => hub.fleet.waits.open).toBe(1);
    gone.abort();
    await expect.poll(() => hub.fleet.waits).toEqual({ open: 0, aborted: 1 });
    expect(response.status).toBe(200);
    expect(await pingStatus(hub, session)).toBe(200);
  });

  it("carry a mutation through whose client went away", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter({ createdBy: callers.operator.actor });
    const session = await openSession(hub);
    let letGo = (): void => undefined;
    hub.fleet.hold = new Promise((resolve) => (letGo = resolve));
    const call = {
      jsonrpc: "2.0",
      id: 7,
      method: "tools/call",
      params: { name: "tell_thopter", arguments: { thopter: "amber-falcon", text: "go" } },
    };
    const gone = new AbortController();
    await post(hub, call, { session, signal: gone.signal });
    await expect.poll(() => hub.fleet.lastSignal).toBeDefined();
    gone.abort();
    expect(await pingStatus(hub, session)).toBe(200);
    expect(hub.fleet.lastSignal?.aborted).toBe(false);
    letGo();
  });

  it("end with the hub, waits included", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const client = await hub.client("operator");
    const waited = client.callTool({
      name: "wait_for_thopters",
      arguments: { thopters: ["amber-falcon"] },
    });
    waited.catch(() => undefined);
    await expect.poll(() => hub.fleet.waits.open).toBe(1);
    await hub.stop();
    expect(hub.fleet.waits).toEqual({ open: 0, aborted: 1 });
    await expect(hub.request("/health", { token: "operator" })).rejects.toThrow("fetch failed");
  });
});
