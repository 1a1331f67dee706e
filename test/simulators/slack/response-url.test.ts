import { expect, it } from "vitest";
import { createManualClock } from "../../manual-clock.ts";
import { running } from "./bolt-app.ts";

async function withUrl() {
  const clock = createManualClock(Date.now());
  let address = "";
  const { simulator } = await running(
    "http",
    (app) => {
      app.command("/thopter", async ({ ack, body }) => {
        address = body.response_url;
        await ack();
      });
    },
    { clock },
  );
  await simulator.as("lead").command("/thopter", "list", { channel: "fleet" });
  const send = async (message: unknown) => {
    const headers = { "content-type": "application/json" };
    const sent = { method: "POST", headers, body: JSON.stringify(message) };
    const answer = await fetch(address, sent);
    const body: unknown = await answer.json();
    return { status: answer.status, body };
  };
  return { simulator, clock, send, address };
}

it("a response_url takes five messages", async () => {
  const { simulator, send } = await withUrl();
  for (let use = 0; use < 5; use += 1) {
    expect(await send({ text: `part ${String(use)}` })).toMatchObject({ status: 200 });
  }
  expect(await send({ text: "more" })).toEqual({
    status: 404,
    body: { ok: false, error: "used_url" },
  });
  expect(simulator.ephemerals("lead", "fleet")).toHaveLength(5);
});

it("a response_url lasts thirty minutes", async () => {
  const { simulator, send, clock } = await withUrl();
  await clock.advance(30 * 60_000 - 1);
  expect(await send({ text: "late", response_type: "in_channel" })).toMatchObject({ status: 200 });
  await clock.advance(1);
  expect(await send({ text: "too late" })).toEqual({
    status: 404,
    body: { ok: false, error: "expired_url" },
  });
  expect(simulator.messages("fleet").map(({ text }) => text)).toEqual(["late"]);
});

it("a response_url that nobody gave is none", async () => {
  const { address } = await withUrl();
  const answer = await fetch(`${address}x`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(404);
});

it("an original can be taken away, once", async () => {
  const { simulator, app } = await running("http", (bolt) => {
    bolt.action("close", async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
  });
  const channel = simulator.workspace.channel("fleet").id;
  const button = { type: "button" as const, action_id: "close" };
  const text = { type: "plain_text" as const, text: "Close" };
  const blocks = [{ type: "actions" as const, elements: [{ ...button, text }] }];
  await app.client.chat.postMessage({ channel, text: "card", blocks });
  const [message] = simulator.messages("fleet");
  if (message === undefined) throw new Error("no card");
  const lead = simulator.as("lead");
  await lead.click(message, "close");
  await expect.poll(() => simulator.messages("fleet")).toEqual([]);
  await lead.click(message, "close");
  await expect
    .poll(() => simulator.calls("response_url").map(({ status }) => status))
    .toEqual([200, 404]);
});
