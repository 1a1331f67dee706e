import { describe, expect, it, vi } from "vitest";
import { settle } from "../../manual-clock.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";
import { eventually } from "./scene.ts";

const open = "apps.connections.open";

/** Waits until Slack was asked for so many connections, answered or not. */
function asked({ slack }: SlackKit, times: number): Promise<void> {
  return vi.waitFor(() => expect(slack.calls(open).length).toBeGreaterThanOrEqual(times), 10_000);
}

/** Lets what is on its way over the network arrive. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await fetch("http://127.0.0.1:9/").catch(() => undefined);
    await settle();
  }
}

describe("stopping the app over Socket Mode", () => {
  it.each([
    ["while Slack is asked for connections", 0],
    ["a moment before Slack gives them", 1900],
  ])("%s opens none afterwards, and ends", async (_when, waitMs) => {
    const kit = await startSlackKit({ over: "socket", isStopped: true });
    kit.slack.faults.add({ method: open, kind: "slow", delayMs: 2000, times: 2 });
    void kit.app.start();
    await asked(kit, 2);
    await kit.rig.clock.advance(waitMs);
    const stopped = kit.app.stop();
    await kit.rig.clock.advance(20_000);
    await stopped;
    await quiet();
    expect(kit.slack.sockets.count()).toBe(0);
  });

  it("while Slack does not answer ends without waiting for it", async () => {
    const kit = await startSlackKit({ over: "socket", isStopped: true });
    kit.slack.faults.add({ method: open, kind: "hang" });
    void kit.app.start();
    await asked(kit, 2);
    let hasEnded = false;
    const stopped = kit.app.stop().then(() => (hasEnded = true));
    await kit.rig.clock.advance(5000);
    // Half of what the library would wait for an answer.
    await vi.waitFor(() => expect(hasEnded).toBe(true), 30_000);
    await stopped;
  });

  it("while it opens its connections anew ends, and leaves none", async () => {
    const kit = await startSlackKit({ over: "socket" });
    const before = kit.slack.calls(open).length;
    kit.slack.faults.add({ method: open, kind: "slow", delayMs: 2000 });
    kit.slack.sockets.drop();
    await asked(kit, before + 2);
    const stopped = kit.app.stop();
    await kit.rig.clock.advance(20_000);
    await stopped;
    await quiet();
    expect(kit.slack.sockets.count()).toBe(0);
  });

  it("twice, or before it has begun, is no trouble", async () => {
    const kit = await startSlackKit({ over: "socket" });
    const both = [kit.app.stop(), kit.app.stop()];
    await kit.rig.clock.advance(5000);
    await Promise.all(both);
    await vi.waitFor(() => expect(kit.slack.sockets.count()).toBe(0), 30_000);
    const never = await startSlackKit({ over: "socket", isStopped: true });
    await never.app.stop();
    await never.app.start();
    await quiet();
    expect(never.slack.sockets.count()).toBe(0);
  });
});

describe("a Slack that gives no connections", () => {
  it.each([
    ["cuts off the question", { kind: "reset" }],
    ["fails", { kind: "status", status: 503 }],
    ["refuses for a rate limit", { kind: "rate", retryAfterSeconds: 30 }],
    ["says that it failed", { kind: "error", error: "internal_error" }],
    ["does not know the token", { kind: "error", error: "invalid_auth" }],
    ["answers late", { kind: "slow", delayMs: 9000 }],
  ] as const)("%s: it is asked again until there are two", async (_how, fault) => {
    const kit = await startSlackKit({ over: "socket" });
    kit.slack.faults.add({ method: open, ...fault, forMs: 5 * 60_000 });
    kit.slack.sockets.drop();
    await vi.waitFor(() => expect(kit.slack.sockets.count()).toBe(0), 30_000);
    await eventually(kit, () => (kit.slack.sockets.count() === 2 ? true : undefined), 10_000);
    const typed = await kit.as("developer").command("/thopter", "help");
    expect(typed.trouble).toBeUndefined();
    await kit.whispered("developer", "general", /What/);
    // Not in a tight loop: more and more seldom, and never more than one try a second.
    expect(kit.slack.calls(open).length).toBeLessThan(40);
  });

  it("drops them again and again: it comes back each time, and runs nothing twice", async () => {
    const kit = await startSlackKit({ over: "socket" });
    for (let round = 0; round < 8; round += 1) {
      const before = kit.slack.calls(open).length;
      if (round % 2 === 0) kit.slack.sockets.drop();
      else kit.slack.sockets.disconnect("all");
      // Slack lets connections be asked for about once a minute.
      const isBack = () =>
        kit.slack.calls(open).length >= before + 2 && kit.slack.sockets.count() === 2;
      await eventually(kit, () => (isBack() ? true : undefined), 15_000);
      const typed = await kit.as("developer").command("/thopter", `help list`);
      expect(typed.trouble).toBeUndefined();
    }
    await vi.waitFor(
      () => expect(kit.slack.ephemerals("developer", "general")).toHaveLength(8),
      30_000,
    );
  });
});
