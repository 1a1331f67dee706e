import { describe, expect, it } from "vitest";
import type { Token } from "../../src/core/person.ts";
import { callers, startTestHub } from "./test-hub.ts";
import type { TestHub } from "./test-hub.ts";

async function eventsOf(
  hub: TestHub,
  token = "operator",
): Promise<{ next(): Promise<string | undefined>; cancel(): Promise<void> }> {
  const response = await hub.request("/api/events", { token });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error("no body");
  return {
    next: async () => (await reader.read()).value,
    cancel: () => reader.cancel(),
  };
}

describe("the JSON API", () => {
  it("answers with what the fleet answers", async () => {
    const hub = await startTestHub();
    const made = await hub.api("provision", { task: "t", repository: "a/b", name: "jade-owl" });
    expect(made).toMatchObject({
      status: 200,
      body: { outcome: "new", thopter: { name: "jade-owl" }, operation: { id: "op-1" } },
    });
    expect(await hub.api("getThopter", { thopter: "jade-owl" })).toMatchObject({
      body: { task: "t" },
    });
    expect(await hub.api("explain", { id: "op-1" })).toMatchObject({
      body: { words: "It starts now." },
    });
    expect(await hub.api("pause", { scope: "all" }, "admin")).toMatchObject({
      status: 200,
      body: { accepting: true },
    });
    expect(await hub.api("whoAmI", {})).toMatchObject({
      body: { caller: { front: "cli", role: "operator" } },
    });
    expect(await hub.api("getOperation", { id: "op-9" })).toMatchObject({
      status: 404,
      body: { error: { code: "not_found" } },
    });
  });

  it("waits at most 45 s for each call", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter();
    const request = { thopters: ["amber-falcon"], until: "settled", mode: "all" };
    expect(await hub.api("waitForThopters", { ...request, timeoutMs: 45_001 })).toMatchObject({
      status: 400,
    });
    expect(await hub.api("waitForThopters", { ...request, timeoutMs: 10 })).toMatchObject({
      status: 200,
      body: { done: false },
    });
  });

  it("gives up the wait of a client that went away, and nothing else", async () => {
    const hub = await startTestHub();
    hub.fleet.addThopter({ createdBy: callers.operator.actor });
    const body = JSON.stringify({
      thopters: ["amber-falcon"],
      until: "settled",
      mode: "all",
      timeoutMs: 45_000,
    });
    const gone = new AbortController();
    const waited = hub.request("/api/waitForThopters", {
      method: "POST",
      token: "operator",
      body,
      signal: gone.signal,
    });
    waited.catch(() => undefined);
    await expect.poll(() => hub.fleet.waits.open).toBe(1);
    let letGo = (): void => undefined;
    hub.fleet.hold = new Promise((resolve) => (letGo = resolve));
    const telling = JSON.stringify({ thopter: "amber-falcon", text: "go" });
    const told = hub.request("/api/tell", {
      method: "POST",
      token: "operator",
      body: telling,
      signal: gone.signal,
    });
    told.catch(() => undefined);
    await expect.poll(() => hub.fleet.lastSignal).toBeDefined();
    gone.abort();
    await expect.poll(() => hub.fleet.waits).toEqual({ open: 0, aborted: 1 });
    expect(hub.fleet.lastSignal?.aborted).toBe(false);
    letGo();
  });
});

describe("the event stream", () => {
  it("sends operations, thopters and approvals, and no other record", async () => {
    const hub = await startTestHub();
    const thopter = hub.fleet.addThopter();
    const events = await eventsOf(hub);
    expect(await events.next()).toBe(": connected\n\n");
    const token: Token = {
      id: "t",
      version: 1,
      kind: "agent",
      label: "l",
      personId: "p",
      role: "viewer",
      hash: "secret-hash",
      readOnly: false,
      toolsets: [],
      createdAt: 0,
    };
    hub.fleet.emit({ kind: "token", record: token });
    hub.fleet.change("amber-falcon", { labels: ["line\nbreak"] });
    const text = await events.next();
    expect(text).toMatch(/^event: thopter\ndata: \{[^\n]*\}\n\n$/);
    expect(JSON.parse(text?.split("data: ")[1] ?? "")).toEqual({
      ...thopter,
      version: 2,
      labels: ["line\nbreak"],
    });
    await events.cancel();
    await expect.poll(() => hub.fleet.watchers()).toBe(0);
  });

  it("gives signs of life and ends when its token no longer counts", async () => {
    const hub = await startTestHub();
    const events = await eventsOf(hub);
    await events.next();
    await hub.clock.advance(15_000);
    expect(await events.next()).toBe(": alive\n\n");
    hub.fleet.tokens.delete("operator");
    await hub.clock.advance(15_000);
    expect(await events.next()).toBeUndefined();
    expect(hub.fleet.watchers()).toBe(0);
    expect(hub.reports).toEqual([]);
  });

  it("ends with the hub", async () => {
    const hub = await startTestHub();
    const events = await eventsOf(hub);
    await events.next();
    await hub.stop();
    expect(await events.next()).toBeUndefined();
  });
});
