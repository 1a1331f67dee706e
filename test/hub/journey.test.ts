import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdClones } from "./held-clone.ts";
import { endProcess } from "./hub-process.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { connectOverStdio } from "./mcp-client.ts";
import type { McpClient } from "./mcp-client.ts";
import { expectNothingLeft, machinesIn } from "./nothing-left.ts";

const thopters = ["amber-falcon"];

/** Provisions, waits, tells, reads and destroys, as a coding agent does. */
async function goTheWholeWay(mcp: McpClient, hub: Pick<TestHub, "data" | "repository">) {
  const request = { task: "Listen", repository: hub.repository, name: "amber-falcon" };
  const asked = await mcp.call("provision_thopter", request);
  expect(asked).toMatchObject({ outcome: "new", branch: "thopter/amber-falcon" });
  const ready = { thopters, until: "ready", timeout_seconds: 45 };
  expect(await mcp.call("wait_for_thopters", ready)).toMatchObject({ done: true });
  await mcp.call("tell_thopter", { thopter: "amber-falcon", text: "keep:- a line" });
  await expect
    .poll(() => mcp.call("read_thopter", { thopter: "amber-falcon", what: "screen" }), {
      timeout: 15_000,
    })
    .toMatchObject({ untrusted: { text: expect.stringContaining("Committed") as string } });
  const settled = await mcp.call("wait_for_thopters", { thopters, until: "settled" });
  expect(settled).toMatchObject({ done: true, thopters: [{ agent: "idle", settled: true }] });
  const diff = await mcp.call("read_thopter", { thopter: "amber-falcon", what: "diff" });
  expect(diff.untrusted?.text).toContain("+- a line");
  expect(machinesIn(hub.data)).toHaveLength(1);
}

describe("a coding agent", () => {
  it("provisions, waits, tells, reads and destroys over HTTP", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    const mcp = await hub.mcp();
    await goTheWholeWay(mcp, hub);
    const request = { thopters, reason: "collected" };
    const plan = await mcp.call("destroy_thopters", { ...request, dry_run: true });
    expect(plan).toMatchObject({ outcome: "planned", verdict: "ask" });
    expect(machinesIn(hub.data)).toHaveLength(1);
    const asked = await mcp.call("destroy_thopters", request);
    expect(asked.outcome).toBe("approval-needed");
    const waiting = mcp.call("wait_for_operations", { ids: [asked["approval"]] });
    await hub.person.call("decide", { id: String(asked["approval"]), decision: "approve" });
    expect(await waiting).toMatchObject({ done: true, operations: [{ status: "succeeded" }] });
    expect(machinesIn(hub.data)).toEqual([]);
    await hub.end();
  });

  it("is told when its hub is killed, and goes on with the next", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    const release = holdClones(hub.repository);
    const { operation } = await hub.provision({}, hub.agent);
    const mcp = await connectOverStdio(hub.environment);
    let waits = false;
    const request = { ids: [operation.id] };
    const waiting = mcp.call("wait_for_operations", request, () => (waits = true));
    const words = waiting.then(JSON.stringify, String);
    await expect.poll(() => waits, { timeout: 10_000 }).toBe(true);
    await hub.kill();
    expect(await words).toMatch(/broke before it answered/);
    await hub.start({ THOPTER_PORT: new URL(hub.url).port });
    release();
    expect(await mcp.call("wait_for_operations", request)).toMatchObject({
      done: true,
      operations: [{ status: "succeeded" }],
    });
    await mcp.close();
    await hub.end();
  });

  it("does the same over stdio, where the hub is started for it", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    expect(await hub.stop()).toBe(0);
    const mcp = await connectOverStdio(hub.environment);
    const holder = JSON.parse(readFileSync(join(hub.data, "hub.json"), "utf8")) as { pid: number };
    expect(holder.pid).not.toBe(process.pid);
    await goTheWholeWay(mcp, hub);
    const destroy = { thopters, reason: "collected" };
    expect(await mcp.call("destroy_thopters", { ...destroy, dry_run: true })).toMatchObject({
      outcome: "planned",
    });
    await mcp.close();
    // The hub outlives the client that it was started for, and another client finds the same one.
    const second = await connectOverStdio(hub.environment);
    expect(JSON.parse(readFileSync(join(hub.data, "hub.json"), "utf8"))).toEqual(holder);
    expect(await second.call("list_thopters", {})).toMatchObject({
      thopters: [{ name: "amber-falcon", status: "ready" }],
    });
    await second.close();
    endProcess(holder.pid, "SIGTERM");
    await expect
      .poll(() => existsSync(join(hub.data, "hub.json")), { timeout: 40_000 })
      .toBe(false);
    await hub.end();
    await expectNothingLeft(hub.directory, hub.data);
  });
});
