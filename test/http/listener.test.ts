import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { settle } from "../manual-clock.ts";
import { callers, startTestHub } from "./test-hub.ts";
import type { TestHub } from "./test-hub.ts";

/** A call that the hub answers when told to. */
async function heldCall(hub: TestHub): Promise<{ answer: Promise<number>; letGo: () => void }> {
  hub.fleet.addThopter({ createdBy: callers.operator.actor });
  let letGo = (): void => undefined;
  hub.fleet.hold = new Promise((resolve) => {
    letGo = resolve;
  });
  const call = hub.api("tell", { thopter: "amber-falcon", text: "go" });
  const answer = call.then(({ status }) => status).catch(() => 0);
  await expect.poll(() => hub.fleet.lastSignal).toBeDefined();
  return { answer, letGo };
}

describe("a stop", () => {
  it("does not wait for clients that keep connections for later", async () => {
    const hub = await startTestHub();
    await hub.api("status", {});
    const silent = connect(hub.port, "127.0.0.1");
    onTestFinished(() => void silent.destroy());
    await new Promise((resolve) => silent.once("connect", resolve));
    // The clock stands still: only what needs no grace can end now.
    await hub.stop();
    await expect(hub.request("/health")).rejects.toThrow("fetch failed");
  });

  it("lets an answer under way finish", async () => {
    const hub = await startTestHub();
    const { answer, letGo } = await heldCall(hub);
    const stopped = hub.stop();
    letGo();
    expect(await answer).toBe(200);
    await stopped;
  });

  it("gives up on an answer that takes too long", async () => {
    const hub = await startTestHub();
    const { answer, letGo } = await heldCall(hub);
    const stopped = hub.stop();
    await settle();
    await hub.clock.advance(2000);
    await stopped;
    expect(await answer).toBe(0);
    letGo();
  });
});
