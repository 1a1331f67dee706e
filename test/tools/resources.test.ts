import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { makeThopter } from "./fake-records.ts";
import { mostSubscriptions, quietMs } from "../../tools/server/subscriptions.ts";
import { startTestHub } from "../http/test-hub.ts";
import type { TestHub } from "../http/test-hub.ts";

const list = "thopter://thopters";
const falcon = "thopter://thopters/amber-falcon";

type Listener = { hub: TestHub; client: Client; told: string[] };

/** A hub with one thopter, and a client that keeps what it is told of changes. */
async function listening(): Promise<Listener> {
  const hub = await startTestHub();
  hub.fleet.addThopter();
  const client = await hub.client("agent");
  const told: string[] = [];
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    told.push(params.uri);
  });
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => {
    told.push("list");
  });
  return { hub, client, told };
}

/** What a client is told once the time has passed after which followers are told. */
async function heard({ hub, client, told }: Listener, count: number): Promise<string[]> {
  await hub.clock.advance(quietMs);
  await expect.poll(() => told.length).toBe(count);
  // Whatever came too much has come before the answer to a ping.
  await client.ping();
  return told.splice(0);
}

describe("resources", () => {
  it("are the fleet, each thopter, and by template each operation", async () => {
    const { hub, client } = await listening();
    hub.fleet.addThopter({ name: "jade-owl" });
    const { resources, nextCursor } = await client.listResources();
    expect(resources.map(({ uri, mimeType }) => [uri, mimeType])).toEqual([
      [list, "application/json"],
      ["thopter://templates", "application/json"],
      ["thopter://identities", "application/json"],
      [falcon, "application/json"],
      ["thopter://thopters/jade-owl", "application/json"],
    ]);
    expect(resources[3]).toMatchObject({
      name: "amber-falcon",
      description: "amber-falcon: ready, agent working, on https://example.com/a/b.git",
    });
    expect(nextCursor).toBeUndefined();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "thopter://thopters/{id}",
      "thopter://operations/{id}",
      "thopter://templates/{id}",
    ]);
  });

  it("show the records by their ids and names", async () => {
    const { client } = await listening();
    await client.callTool({
      name: "destroy_thopters",
      arguments: { thopters: ["amber-falcon"], reason: "r" },
    });
    for (const [uri, words] of [
      [list, '"settled":false'],
      [falcon, "commits_ahead"],
      ["thopter://thopters/id-amber-falcon", "commits_ahead"],
      ["thopter://operations/op-1", "starts_in_seconds"],
    ] as const) {
      const { contents } = await client.readResource({ uri });
      expect(contents).toMatchObject([{ uri, mimeType: "application/json" }]);
      expect(JSON.stringify(contents[0])).toContain(words.replaceAll('"', '\\"'));
    }
  });

  it("come page by page, each once, in a fleet of 250", async () => {
    const { hub, client } = await listening();
    for (let count = 1; count < 250; count += 1) {
      hub.fleet.addThopter({ name: `owl-${String(count).padStart(3, "0")}` });
    }
    const uris: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await client.listResources(cursor === undefined ? {} : { cursor });
      uris.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(3);
    expect(uris.filter((uri) => uri === list)).toHaveLength(1);
    expect(new Set(uris).size).toBe(253);
    expect(uris).toHaveLength(253);
  });

  it.each([
    "thopter://thopters/nobody",
    "thopter://operations/op-9",
    "thopter://nothing",
    "thopter://thopters/a/b",
    "thopter://thopters/",
    "thopter://thopters/%ff",
    "file:///etc/passwd",
  ])("refuse %s as a wrong parameter, to read and to follow, in words that help", async (uri) => {
    const { client } = await listening();
    for (const answer of [client.readResource({ uri }), client.subscribeResource({ uri })]) {
      await expect(answer).rejects.toThrow(/-32602: Cannot find .*list_thopters/);
    }
  });
});

describe("subscriptions", () => {
  it("tell of each durable change to a thopter, by name or id, and of nothing else", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    hub.fleet.addThopter({ name: "jade-owl" });
    const byId = "thopter://thopters/id-amber-falcon";
    await client.subscribeResource({ uri: falcon });
    await client.subscribeResource({ uri: byId });
    hub.fleet.change("jade-owl", { status: "failed" });
    hub.fleet.change("amber-falcon", { status: "failed" });
    expect(await heard(listener, 2)).toEqual([falcon, byId]);
    hub.fleet.change("jade-owl", { status: "gone" });
    expect(await heard(listener, 0)).toEqual([]);
  });

  it("tell of the operations of a thopter, and of one operation by its id", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    await client.subscribeResource({ uri: falcon });
    await client.callTool({
      name: "destroy_thopters",
      arguments: { thopters: ["amber-falcon"], reason: "r" },
    });
    expect(await heard(listener, 1)).toEqual([falcon]);
    const operation = "thopter://operations/op-1";
    await client.subscribeResource({ uri: operation });
    hub.fleet.finish("op-1");
    expect(await heard(listener, 2)).toEqual([falcon, operation]);
  });

  it("tell of the whole fleet", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    await client.subscribeResource({ uri: list });
    hub.fleet.change("amber-falcon", { agentState: { status: "done", since: 0 } });
    expect(await heard(listener, 1)).toEqual([list]);
  });

  it("tell once of many changes at a time", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    await client.subscribeResource({ uri: falcon });
    for (let count = 0; count < 50; count += 1) hub.fleet.change("amber-falcon", { labels: [] });
    expect(await heard(listener, 1)).toEqual([falcon]);
    hub.fleet.change("amber-falcon", { labels: ["late"] });
    expect(await heard(listener, 1)).toEqual([falcon]);
  });

  it("tell of identities that come and go, and of another default", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    const uri = "thopter://identities";
    await client.subscribeResource({ uri });
    const record = { id: "identity-default:p-ada", version: 1, value: "x" };
    hub.fleet.emit({ kind: "setting", record });
    expect(await heard(listener, 1)).toEqual([uri]);
    hub.fleet.emit({ kind: "setting", record: { ...record, id: "slack-repository.T1.C1" } });
    expect(await heard(listener, 0)).toEqual([]);
  });

  it("end when they are taken back, and then nothing is watched", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    await client.subscribeResource({ uri: falcon });
    await client.subscribeResource({ uri: falcon });
    expect(hub.fleet.watchers()).toBe(1);
    hub.fleet.change("amber-falcon", { labels: [] });
    await hub.clock.advance(0);
    await client.unsubscribeResource({ uri: falcon });
    expect(hub.fleet.watchers()).toBe(0);
    hub.fleet.change("amber-falcon", { labels: ["x"] });
    expect(await heard(listener, 0)).toEqual([]);
  });

  it("end with the session, however it ends", async () => {
    const { hub, client } = await listening();
    await client.subscribeResource({ uri: falcon });
    const other = await hub.client("operator");
    await other.subscribeResource({ uri: list });
    expect(hub.fleet.watchers()).toBe(2);
    hub.fleet.tokens.delete("operator");
    await expect(other.ping()).rejects.toThrow("the token is unknown");
    await expect.poll(() => hub.fleet.watchers()).toBe(1);
    await hub.stop();
    expect(hub.fleet.watchers()).toBe(0);
  });

  it("are bounded in number, with a way out", async () => {
    const { hub, client } = await listening();
    const uris = Array.from({ length: mostSubscriptions + 1 }, (_, index) => {
      const name = `owl-${String(index)}`;
      hub.fleet.addThopter({ name });
      return `thopter://thopters/${name}`;
    });
    const last = uris.pop() ?? "";
    for (const uri of uris) await client.subscribeResource({ uri });
    await expect(client.subscribeResource({ uri: last })).rejects.toThrow(
      /-32600: .*100 resources already\. Unsubscribe from one/,
    );
    await client.unsubscribeResource({ uri: uris[0] ?? "" });
    await client.subscribeResource({ uri: last });
    expect(hub.fleet.watchers()).toBe(1);
  });

  it("go on after a watch that fails, and tell what may have been missed", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    const { watch } = hub.fleet;
    hub.fleet.watch = () => {
      hub.fleet.watch = watch;
      throw new Error("fell too far behind");
    };
    await client.subscribeResource({ uri: falcon });
    expect(await heard(listener, 1)).toEqual([falcon]);
    expect(hub.reports.map(({ about }) => about)).toEqual(["watching for a client"]);
    hub.fleet.change("amber-falcon", { labels: [] });
    expect(await heard(listener, 1)).toEqual([falcon]);
  });
});

describe("the list of resources", () => {
  it("is followed by those who asked for it: told of what comes and goes, not of what changes", async () => {
    const listener = await listening();
    const { hub, client } = listener;
    expect(hub.fleet.watchers()).toBe(0);
    await client.listResources();
    hub.fleet.change("amber-falcon", { status: "failed" });
    expect(await heard(listener, 0)).toEqual([]);
    hub.fleet.emit({ kind: "thopter", record: makeThopter({ name: "jade-owl" }) });
    expect(await heard(listener, 1)).toEqual(["list"]);
    hub.fleet.change("amber-falcon", { status: "gone" });
    expect(await heard(listener, 1)).toEqual(["list"]);
  });

  it("is not followed by those who did not ask", async () => {
    const listener = await listening();
    listener.hub.fleet.change("amber-falcon", { status: "gone" });
    expect(await heard(listener, 0)).toEqual([]);
  });
});
