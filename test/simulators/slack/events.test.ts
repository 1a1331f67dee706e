import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createManualClock } from "../../manual-clock.ts";
import { running, simulated, ways } from "./bolt-app.ts";

describe.each(ways)("an event over %s", (way) => {
  it("tells of a mention, in the thread it was in", async () => {
    let seen: unknown;
    const { simulator } = await running(way, (app) => {
      app.event("app_mention", async ({ event, say }) => {
        seen = event;
        await say({ text: "here", thread_ts: event.thread_ts ?? event.ts });
      });
    });
    const sent = await simulator.as("lead").mention("fleet", "status of <it>");
    await expect
      .poll(() => simulator.messages("fleet").map(({ threadTs }) => threadTs))
      .toEqual([undefined, sent.message.ts]);
    const { botUser } = simulator.workspace.app;
    expect(seen).toMatchObject({ text: `<@${botUser.id}> status of &lt;it&gt;` });
    expect(sent.attempts).toHaveLength(1);
  });

  it("comes again at once, after one minute and after five, with the same id", async () => {
    const clock = createManualClock(Date.now());
    const heard: { num: number; reason: string; id: string }[] = [];
    const { simulator } = await running(
      way,
      (app) => {
        app.use(async ({ body, context }) => {
          const { retryNum: num = 0, retryReason: reason = "" } = context;
          heard.push({ num, reason, id: "event_id" in body ? String(body.event_id) : "" });
        });
      },
      { clock },
    );
    // Bolt acknowledges an event before anything else.
    simulator.faults.add({ method: "delivery", kind: "hang" });
    const asked = simulator.as("lead").mention("fleet", "status");
    await expect.poll(() => heard.length).toBe(1);
    await clock.advance(3000);
    for (const [index, waitMs] of [60_000, 300_000].entries()) {
      await expect.poll(() => heard.length).toBe(index + 2);
      await clock.advance(3000 + waitMs - 1);
      expect(simulator.deliveries()).toHaveLength(index + 2);
      await clock.advance(1);
    }
    await expect.poll(() => heard.length).toBe(4);
    await clock.advance(3000);
    await clock.advance(1_000_000);
    const { attempts, eventId } = await asked;
    expect(attempts).toHaveLength(4);
    expect(heard.map(({ num }) => num)).toEqual([0, 1, 2, 3]);
    expect(new Set(heard.map(({ id }) => id))).toEqual(new Set([eventId]));
    expect(heard[3]?.reason).toBe("http_timeout");
  });
});

it("an event that fails comes again, unless the app wants none", async () => {
  const { simulator, url } = await simulated();
  const answers = [500, 200];
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(answers.shift() ?? 500, {
      "x-slack-no-retry": answers.length > 0 ? "0" : "1",
    });
    outgoing.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has one.
  const { port } = server.address() as AddressInfo;
  simulator.deliverTo(url.replace(/\d+$/, String(port)));
  const sent = await simulator.as("lead").openHome();
  await expect
    .poll(() => sent.attempts.map(({ outcome }) => outcome.status))
    .toEqual(["failed", "acknowledged"]);
  expect(sent.attempts[1]?.retry).toEqual({ attempt: 1, reason: "http_error" });
  expect((await simulator.as("lead").openHome()).attempts).toHaveLength(1);
  expect(simulator.deliveries()).toHaveLength(3);
});

it("what the app did not ask for, or cannot hear, is not sent", async () => {
  const { simulator } = await running("http", () => undefined);
  expect((await simulator.as("lead").message("hello")).attempts).toEqual([]);
  expect((await simulator.as("lead").mention("random", "hello")).attempts).toEqual([]);
  expect(simulator.messages("random")).toHaveLength(1);
  expect(simulator.deliveries()).toEqual([]);
});

it("a message to the app alone reaches it where it subscribed", async () => {
  let text = "";
  const { simulator } = await running(
    "http",
    (app) => {
      app.message(async ({ message }) => {
        text = "text" in message ? (message.text ?? "") : "";
      });
    },
    { subscriptions: ["message.im"] },
  );
  await simulator.as("lead").message("list");
  expect(text).toBe("list");
});
