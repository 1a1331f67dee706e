import type { App } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { running, ways } from "./bolt-app.ts";

const card = (label: string) => [
  {
    type: "section",
    text: { type: "mrkdwn", text: "one thopter" },
    accessory: {
      type: "button",
      action_id: "th:destroy",
      text: { type: "plain_text", text: label },
      value: "op-1",
    },
  },
];

function destroyable(app: App): void {
  app.command("/thopter", async ({ ack }) => ack({ text: "card", blocks: card("Destroy") }));
  app.action("th:destroy", async ({ ack, respond, payload }) => {
    await ack();
    const value = "value" in payload ? payload.value : "";
    await respond({ replace_original: true, text: `destroying ${value}` });
  });
}

describe.each(ways)("a button over %s", (way) => {
  it("on what one person sees replaces it through its response_url", async () => {
    const { simulator } = await running(way, destroyable);
    const lead = simulator.as("lead");
    const { message } = await lead.command("/thopter", "destroy");
    if (message === undefined) throw new Error("no card");
    expect(await lead.click(message, "th:destroy")).toMatchObject({ trouble: undefined });
    await expect
      .poll(() => simulator.ephemerals("lead", "general").map(({ text }) => text))
      .toEqual(["destroying op-1"]);
    expect(simulator.ephemerals("lead", "general")[0]?.versions).toHaveLength(2);
  });

  it("on a message carries the message, who clicked and where", async () => {
    let seen: unknown;
    const { simulator, app } = await running(way, (bolt) => {
      bolt.action("th:destroy", async ({ ack, body }) => {
        seen = body;
        await ack();
      });
    });
    const channel = simulator.workspace.channel("fleet").id;
    const { ts } = await app.client.chat.postMessage({
      ...{ channel, text: "card", blocks: card("Destroy") },
    });
    const [message] = simulator.messages("fleet");
    if (message === undefined) throw new Error("no card");
    await simulator.as("developer").click(message, "th:destroy");
    expect(seen).toMatchObject({
      type: "block_actions",
      user: { username: "developer", team_id: simulator.workspace.team.id },
      container: { type: "message", message_ts: ts, channel_id: channel, is_ephemeral: false },
      message: { ts, text: "card" },
      actions: [{ type: "button", action_id: "th:destroy", value: "op-1" }],
    });
  });
});

it("a click on what has changed since sends what was seen", async () => {
  const values: unknown[] = [];
  const { simulator, app } = await running("http", (bolt) => {
    bolt.action("th:destroy", async ({ ack, payload }) => {
      values.push("value" in payload ? payload.value : undefined);
      await ack();
    });
  });
  const channel = simulator.workspace.channel("fleet").id;
  const { ts = "" } = await app.client.chat.postMessage({
    ...{ channel, text: "card", blocks: card("Destroy") },
  });
  const [stale] = simulator.messages("fleet");
  await app.client.chat.update({ channel, ts, text: "gone" });
  expect(simulator.messages("fleet")[0]?.blocks).toEqual([]);
  if (stale === undefined) throw new Error("no card");
  await simulator.as("lead").click(stale, "th:destroy");
  expect(values).toEqual(["op-1"]);
});

it("a click on what one person sees does not bring it along", async () => {
  let seen: Record<string, unknown> = {};
  const { simulator } = await running("http", (app) => {
    app.command("/thopter", async ({ ack }) => ack({ text: "card", blocks: card("Destroy") }));
    app.action("th:destroy", async ({ ack, body }) => {
      seen = { ...body };
      await ack();
    });
  });
  const { message } = await simulator.as("lead").command("/thopter", "destroy");
  if (message === undefined) throw new Error("no card");
  await simulator.as("lead").click(message, "th:destroy");
  expect(seen).toMatchObject({ container: { is_ephemeral: true, message_ts: message.ts } });
  expect(seen).not.toHaveProperty("message");
  expect(simulator.shown().map(({ surface }) => surface)).toEqual(["ephemeral"]);
});

it("what one person sees is no one else's to click, and no method reaches it", async () => {
  const { simulator, app } = await running("http", destroyable);
  const { message } = await simulator.as("lead").command("/thopter", "destroy");
  if (message === undefined) throw new Error("no card");
  await expect(simulator.as("admin").click(message, "th:destroy")).rejects.toThrow("not theirs");
  const { channel, ts } = message;
  const edited = app.client.chat.update({ channel, ts, text: "mine" });
  await expect(edited).rejects.toThrow("message_not_found");
});
