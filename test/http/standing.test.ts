import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import type { Write } from "../../src/core/ports/store.ts";
import { callers, startTestHub } from "./test-hub.ts";
import type { TestHub } from "./test-hub.ts";

type Rights = Omit<Caller, "front"> | undefined;

/** A hub that hears of changed rights as the store tells of them. */
async function startHub() {
  const listeners = new Set<(writes: readonly Write[]) => void>();
  const store = {
    watch(listener: (writes: readonly Write[]) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const hub = await startTestHub({ store });
  hub.fleet.addThopter();
  function tell(version: number): void {
    const record = { id: "person", version, name: "Ada", role: "viewer", createdAt: 0 } as const;
    for (const listener of listeners) listener([{ kind: "person", record }]);
  }
  return {
    hub,
    listeners,
    tell,
    change(token: string, rights: Rights): void {
      if (rights === undefined) hub.fleet.tokens.delete(token);
      else hub.fleet.tokens.set(token, rights);
      tell(2);
    },
  };
}

const changes: [string, Rights, number][] = [
  ["is revoked", undefined, 401],
  ["may do less, for its person's role was lowered", callers.viewer, 403],
  ["may only read", callers.readOnly, 403],
];

const accept = {
  accept: "application/json, text/event-stream",
  "content-type": "application/json",
};

async function openSession(hub: TestHub, token = "operator"): Promise<Record<string, string>> {
  const params = { protocolVersion: "2025-11-25", capabilities: {} };
  const clientInfo = { name: "raw", version: "1" };
  const response = await hub.request("/mcp", {
    method: "POST",
    token,
    headers: accept,
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
      params: { ...params, clientInfo },
    }),
  });
  await response.text();
  return { ...accept, "mcp-session-id": response.headers.get("mcp-session-id") ?? "" };
}

/** Whether a body has come to its end. */
function watchEnd(response: Response): { ended: boolean } {
  const seen = { ended: false };
  const end = (): void => void (seen.ended = true);
  response.text().then(end, end);
  return seen;
}

describe.each(changes)("when a token %s,", (_words, rights, status) => {
  it("its event streams end at once, and those of others go on", async () => {
    const { hub, change } = await startHub();
    const own = watchEnd(await hub.request("/api/events", { token: "operator" }));
    const other = watchEnd(await hub.request("/api/events", { token: "admin" }));
    change("operator", rights);
    await expect.poll(() => own.ended).toBe(true);
    expect(other.ended).toBe(false);
    expect(hub.reports).toEqual([]);
  });

  it("its open MCP streams end at once, and those of others go on", async () => {
    const { hub, change } = await startHub();
    const open = async (token: string): Promise<{ ended: boolean }> => {
      const headers = await openSession(hub, token);
      return watchEnd(await hub.request("/mcp", { token, headers }));
    };
    const [own, other] = [await open("operator"), await open("admin")];
    change("operator", rights);
    await expect.poll(() => own.ended).toBe(true);
    expect(other.ended).toBe(false);
  });

  it("its MCP calls that wait end at once", async () => {
    const { hub, change } = await startHub();
    const headers = await openSession(hub);
    const params = { name: "wait_for_thopters", arguments: { thopters: ["amber-falcon"] } };
    const call = hub.request("/mcp", {
      ...{ method: "POST", token: "operator", headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params }),
    });
    const answered = call.then(watchEnd);
    await expect.poll(() => hub.fleet.waits.open).toBe(1);
    change("operator", rights);
    await expect.poll(() => hub.fleet.waits).toEqual({ open: 0, aborted: 1 });
    const seen = await answered;
    await expect.poll(() => seen.ended).toBe(true);
  });

  it("its waits over the JSON API end at once, and answer nothing but that", async () => {
    const { hub, change } = await startHub();
    const wait = { thopters: ["amber-falcon"], until: "settled", mode: "all", timeoutMs: 45_000 };
    const answer = hub.api("waitForThopters", wait);
    await expect.poll(() => hub.fleet.waits.open).toBe(1);
    change("operator", rights);
    const answered = await answer;
    expect(answered.status).toBe(status);
    expect(JSON.stringify(answered.body)).toMatch(
      /^\{"error":\{"code":"\w+","message":"Cannot [^"]+(?:\\"[^"]*)*"\}\}$/,
    );
    expect(hub.fleet.waits).toEqual({ open: 0, aborted: 1 });
    expect(hub.reports).toEqual([]);
  });
});

describe("what is open", () => {
  it("ends within 15 s of the end of its token's time, of which nothing is written", async () => {
    const { hub } = await startHub();
    const headers = await openSession(hub);
    const open = [
      watchEnd(await hub.request("/api/events", { token: "operator" })),
      watchEnd(await hub.request("/mcp", { token: "operator", headers })),
    ];
    hub.fleet.tokens.delete("operator");
    await setImmediate();
    expect(open.map(({ ended }) => ended)).toEqual([false, false]);
    await hub.clock.advance(15_000);
    await expect.poll(() => open.map(({ ended }) => ended)).toEqual([true, true]);
  });

  it("stays when a person is changed who may do the same as before", async () => {
    const { hub, change } = await startHub();
    const stream = watchEnd(await hub.request("/api/events", { token: "operator" }));
    change("operator", { ...callers.operator });
    await hub.clock.advance(60_000);
    expect(stream.ended).toBe(false);
  });

  it("ends as well when its token ended while it was let in", async () => {
    const { hub, change } = await startHub();
    const { authenticate } = hub.fleet;
    hub.fleet.authenticate = async (...asked) => {
      const caller = await authenticate(...asked);
      hub.fleet.authenticate = authenticate;
      change("operator", undefined);
      return caller;
    };
    const stream = watchEnd(await hub.request("/api/events", { token: "operator" }));
    await expect.poll(() => stream.ended).toBe(true);
  });

  it("does not outlive the server, nor does what watches over it", async () => {
    const { hub, listeners } = await startHub();
    const stream = watchEnd(await hub.request("/api/events", { token: "operator" }));
    expect(listeners.size).toBe(1);
    await hub.stop();
    await expect.poll(() => stream.ended).toBe(true);
    expect(listeners.size).toBe(0);
  });

  it("is not what gives a token up: that answer is given", async () => {
    const { hub, change } = await startHub();
    const revoke = hub.fleet.revokeToken;
    onTestFinished(() => void (hub.fleet.revokeToken = revoke));
    hub.fleet.revokeToken = async (...asked) => {
      const view = await revoke(...asked);
      change("operator", undefined);
      return view;
    };
    const { status } = await hub.api("revokeToken", { id: "t1" });
    expect(status).not.toBe(401);
  });
});
