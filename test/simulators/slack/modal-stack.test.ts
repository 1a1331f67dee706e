import type { App } from "@slack/bolt";
import { expect, it } from "vitest";
import { running } from "./bolt-app.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const modal = (title: string) => ({
  ...{ type: "modal" as const, title: plain(title), external_id: title },
  blocks: [
    {
      type: "actions" as const,
      elements: [{ type: "button" as const, action_id: "deeper", text: plain("Deeper") }],
    },
  ],
});

async function stacked(setUp: (app: App) => void = () => undefined) {
  const refused: string[] = [];
  let trigger = "";
  const { simulator, app } = await running("http", (bolt) => {
    bolt.command("/thopter", async ({ ack, body, client }) => {
      await ack();
      trigger = body.trigger_id;
      if (body.text !== "wait") await client.views.open({ trigger_id: trigger, view: modal("1") });
    });
    bolt.action("deeper", async ({ ack, body, client }) => {
      await ack();
      const depth = simulator.views("lead").length + 1;
      const trigger_id = "trigger_id" in body ? body.trigger_id : "";
      const view = modal(String(depth));
      await client.views.push({ trigger_id, view }).catch((error: unknown) => {
        refused.push(error instanceof Error ? error.message : "");
      });
    });
    setUp(bolt);
  });
  const depth = () => simulator.views("lead").length;
  const deeper = async () => {
    const top = simulator.views("lead").at(-1);
    if (top === undefined) throw new Error("no modal");
    await simulator.as("lead").click(top, "deeper");
  };
  return { simulator, app, refused, depth, deeper, trigger: () => trigger };
}

it("three modals lie on one another, and no fourth", async () => {
  const { simulator, refused, depth, deeper } = await stacked();
  await simulator.as("lead").command("/thopter");
  await expect.poll(depth).toBe(1);
  await deeper();
  await expect.poll(depth).toBe(2);
  await deeper();
  await expect.poll(depth).toBe(3);
  await deeper();
  await expect.poll(() => refused).toEqual([expect.stringContaining("push_limit_reached")]);
  const top = simulator.views("lead").at(-1);
  if (top === undefined) throw new Error("no modal");
  await simulator.as("lead").closeView(top);
  expect(depth()).toBe(2);
});

it("a command's trigger lays no modal on another", async () => {
  const { simulator, app, trigger } = await stacked();
  await simulator.as("lead").command("/thopter", "wait");
  const pushed = app.client.views.push({ trigger_id: trigger(), view: modal("x") });
  await expect(pushed).rejects.toThrow("not_found");
});

it("an open modal is changed by its id, or the app's own, and a closed one is not", async () => {
  const { simulator, app, depth } = await stacked();
  await simulator.as("lead").command("/thopter");
  await expect.poll(depth).toBe(1);
  const [view] = simulator.views("lead");
  if (view === undefined) throw new Error("no modal");
  await app.client.views.update({ external_id: "1", view: modal("2") });
  await app.client.views.update({ view_id: view.id, view: modal("3") });
  expect(simulator.views("lead")[0]?.content["title"]).toEqual(plain("3"));
  const stale = app.client.views.update({ view_id: view.id, hash: view.hash, view: modal("4") });
  await expect(stale).rejects.toThrow("hash_conflict");
  await simulator.as("lead").closeView(view);
  const late = app.client.views.update({ view_id: view.id, view: modal("5") });
  await expect(late).rejects.toThrow("not_found");
});
