import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import type { Write } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { quietMs } from "../../tools/server/subscriptions.ts";
import { callers, startRig } from "../fleet/rig.ts";
import type { Rig } from "../fleet/rig.ts";
import { makeThopter } from "./fake-records.ts";
import { callOf, clientOf } from "./rig-client.ts";

/** Clients put what is longer than about 25,000 tokens aside, and warn from 10,000 on. */
const warned = 10_000;
const putAside = 25_000;

const size = 500;

function tokensOf(value: unknown): number {
  return Math.round(JSON.stringify(value).length / 4);
}

function nameOf(index: number): string {
  return `amber-falcon-${String(index).padStart(3, "0")}`;
}

function idOf(index: number): string {
  return `01JB00000000000000000${String(index).padStart(5, "0")}`;
}

/** Five hundred thopters as they are in a real fleet: each with labels, a long address, a state. */
function thopters(): Thopter[] {
  return Array.from({ length: size }, (_, index) =>
    makeThopter({
      id: idOf(index),
      name: nameOf(index),
      ownerId: "ann",
      labels: ["docs", `ticket-${String(index)}`],
      repository: "https://github.com/an-organisation/a-repository-with-a-name.git",
      branch: `thopter/${nameOf(index)}`,
      agent: "command",
    }),
  );
}

async function largeFleet(): Promise<{ rig: Rig; client: Client }> {
  const rig = await startRig();
  await rig.store.commit(thopters().map((record): Write => ({ kind: "thopter", record })));
  return { rig, client: await clientOf(rig, callers.ann) };
}

async function pagesOf(
  client: Client,
  input: Record<string, unknown>,
): Promise<{ names: string[]; sizes: number[] }> {
  const names: string[] = [];
  const sizes: number[] = [];
  let cursor: unknown;
  do {
    const { content } = await callOf(client, "list_thopters", {
      ...input,
      ...(cursor === undefined ? {} : { cursor }),
    });
    // The output schema says so.
    names.push(...(content["thopters"] as { name: string }[]).map(({ name }) => name));
    sizes.push(tokensOf(content));
    cursor = content["next_cursor"];
  } while (cursor !== undefined);
  return { names, sizes };
}

describe("a fleet of 500, through a real client", () => {
  it("comes page by page, each thopter once, and no page is too long for a model", async () => {
    const { client } = await largeFleet();
    const expected = Array.from({ length: size }, (_, index) => nameOf(index));
    const { names, sizes } = await pagesOf(client, {});
    const most = await pagesOf(client, { limit: 100 });
    process.stdout.write(
      `list_thopters of ${String(size)}: ${String(sizes.length)} pages of about ${String(sizes[0])} tokens; with limit 100 ${String(most.sizes.length)} of about ${String(most.sizes[0])}\n`,
    );
    expect(names).toEqual(expected);
    expect(sizes).toHaveLength(10);
    expect(Math.max(...sizes)).toBeLessThan(warned / 2);
    expect(most.names).toEqual(expected);
    expect(Math.max(...most.sizes)).toBeLessThan(warned);
  });

  it("is one resource that a client passes on in one piece", async () => {
    const { client } = await largeFleet();
    const { contents } = await client.readResource({ uri: "thopter://thopters" });
    const [content] = contents;
    const text = content !== undefined && "text" in content ? content.text : "{}";
    // The resource's own view.
    const { thopters: all, more } = JSON.parse(text) as { thopters: unknown[]; more?: string };
    process.stdout.write(
      `thopter://thopters of ${String(size)}: about ${String(tokensOf(all))} tokens\n`,
    );
    expect(all).toHaveLength(size);
    expect(more).toBeUndefined();
    expect(tokensOf(all)).toBeLessThan(putAside);
  });

  it("shows its first 500 and names the way to the others when there are more", async () => {
    const { rig, client } = await largeFleet();
    const record = makeThopter({ id: "01JZ", name: "late-owl", ownerId: "ann", agent: "command" });
    await rig.store.commit([{ kind: "thopter", record }]);
    const { contents } = await client.readResource({ uri: "thopter://thopters" });
    expect(JSON.stringify(contents)).toMatch(/list_thopters shows the others/);
    expect(JSON.stringify(contents)).not.toContain("late-owl");
  });

  it("keeps every other answer small", async () => {
    const { client } = await largeFleet();
    const names = Array.from({ length: 50 }, (_, index) => nameOf(index));
    for (const [name, input] of [
      ["fleet_status", {}],
      ["list_operations", { limit: 100 }],
      ["wait_for_thopters", { thopters: names, until: "ready" }],
      ["destroy_thopters", { thopters: names, reason: "r", dry_run: true }],
      ["get_thopter", { thopter: names[0] }],
    ] as const) {
      const { isError, text, content } = await callOf(client, name, input);
      expect(isError, text).toBe(false);
      expect(tokensOf(content), name).toBeLessThan(warned / 2);
      expect(text.split("\n")[0]?.length, name).toBeLessThan(4000);
    }
  });

  it("tells who follows it of a change that is on disk", async () => {
    const { rig, client } = await largeFleet();
    const told: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      told.push(params.uri);
    });
    const uris = [`thopter://thopters/${nameOf(7)}`, "thopter://thopters"];
    for (const uri of uris) await client.subscribeResource({ uri });
    const record = { ...(await rig.thopter(idOf(7))), version: 2, labels: [] };
    await rig.store.commit([{ kind: "thopter", record }]);
    await rig.clock.advance(quietMs);
    await expect.poll(() => told).toEqual(uris);
  });
});
