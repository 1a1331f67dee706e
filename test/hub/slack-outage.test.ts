import { describe, expect, it } from "vitest";
import { startSlackHub } from "./slack-hub.ts";
import type { SlackHub } from "./slack-hub.ts";

const patience = { timeout: 45_000, interval: 50 };

/** Whether the process still runs: it is asked, not believed. */
function isAlive({ hub }: SlackHub): boolean {
  return process.kill(hub.pid, 0);
}

async function hears(world: SlackHub, user: string): Promise<void> {
  const before = world.slack.ephemerals(user, "general").length;
  const typed = await world.slack.as(user).command("/thopter", "status");
  expect(typed.trouble).toBeUndefined();
  await expect
    .poll(() => world.slack.ephemerals(user, "general").length, patience)
    .toBeGreaterThan(before);
}

async function connected({ slack }: SlackHub): Promise<void> {
  await expect.poll(() => slack.sockets.count(), patience).toBe(2);
}

describe("a hub over Socket Mode", { timeout: 180_000 }, () => {
  it("lives through an outage, keeps trying, and comes back", async () => {
    const world = await startSlackHub("Socket Mode");
    const { slack, hub } = world;
    await world.claim("lead");
    slack.down();
    const asked = slack.calls("apps.connections.open").length;
    // More than once: it goes on trying.
    await expect
      .poll(() => slack.calls("apps.connections.open").length, patience)
      .toBeGreaterThan(asked + 3);
    expect(isAlive(world)).toBe(true);
    // The hub does what is asked of it elsewhere.
    await hub.ready({ name: "amber-falcon" });
    slack.up();
    await connected(world);
    await hears(world, "lead");
    await world.end();
  });

  it("lives through connections that are cut, closed, refused and never given", async () => {
    const world = await startSlackHub("Socket Mode");
    const { slack } = world;
    const troubles = [
      () => slack.sockets.drop(),
      () => slack.sockets.disconnect("all"),
      () => {
        slack.faults.add({ method: "apps.connections.open", kind: "reset", times: 2 });
        slack.sockets.drop();
      },
      () => {
        const fault = { method: "apps.connections.open", error: "fatal_error", times: 2 };
        slack.faults.add({ ...fault, kind: "error" });
        slack.sockets.drop();
      },
    ];
    for (const trouble of troubles) {
      const asked = slack.calls("apps.connections.open").length;
      trouble();
      await expect
        .poll(() => slack.calls("apps.connections.open").length, patience)
        .toBeGreaterThanOrEqual(asked + 2);
      await connected(world);
      expect(isAlive(world)).toBe(true);
    }
    await hears(world, "lead");
    await world.end();
  });

  it("comes up by itself when it starts while Slack is gone, and stops while it is", async () => {
    const world = await startSlackHub("Socket Mode");
    const { slack, hub } = world;
    slack.down();
    expect(await hub.stop()).toBe(0);
    await hub.start();
    const asked = slack.calls("apps.connections.open").length;
    await expect
      .poll(() => slack.calls("apps.connections.open").length, patience)
      .toBeGreaterThan(asked + 2);
    expect(isAlive(world)).toBe(true);
    // Stopped in the middle of it, it ends well all the same.
    expect(await hub.stop()).toBe(0);
    await hub.start();
    slack.up();
    await connected(world);
    await hears(world, "lead");
    await world.end();
  });

  it("stops while its connections are opened anew", async () => {
    const world = await startSlackHub("Socket Mode");
    const { slack, hub } = world;
    for (const kind of ["hang", "slow"] as const) {
      slack.faults.add({ method: "apps.connections.open", kind, delayMs: 3000 });
      const asked = slack.calls("apps.connections.open").length;
      slack.sockets.drop();
      await expect
        .poll(() => slack.calls("apps.connections.open").length, patience)
        .toBeGreaterThanOrEqual(asked + 2);
      expect(await hub.stop()).toBe(0);
      expect(slack.sockets.count()).toBe(0);
      slack.faults.clear();
      await world.start();
    }
    await hears(world, "lead");
    await world.end();
  });
});
