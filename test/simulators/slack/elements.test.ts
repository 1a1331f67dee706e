import { describe, expect, it } from "vitest";
import type { SimView } from "../../../src/simulators/slack/world.ts";
import { running } from "./bolt-app.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const options = ["a", "b", "c"].map((value) => ({ text: plain(value.toUpperCase()), value }));

const elements = [
  { type: "static_select", action_id: "select", options, initial_option: options[1] },
  { type: "multi_static_select", action_id: "several", options },
  { type: "checkboxes", action_id: "boxes", options },
  { type: "radio_buttons", action_id: "radio", options },
  { type: "users_select", action_id: "user" },
  { type: "multi_users_select", action_id: "users" },
  { type: "datepicker", action_id: "date" },
  { type: "plain_text_input", action_id: "text", multiline: true },
];

const blocksOf = (elementsIn: readonly unknown[]) =>
  elementsIn.map((element) => ({ type: "input", optional: true, label: plain("x"), element }));

/** An app that publishes a home, and keeps what it hears. */
async function withHome(blocks: readonly unknown[]) {
  const heard: unknown[] = [];
  const { simulator, app } = await running("http", (bolt) => {
    bolt.action(/.*/, async ({ ack, body }) => {
      heard.push(body);
      await ack();
    });
  });
  const user = simulator.workspace.user("lead").id;
  const view = { type: "home", blocks };
  await app.client.apiCall("views.publish", { user_id: user, view });
  const home = simulator.home("lead");
  if (home === undefined) throw new Error("no home");
  return { simulator, heard, home, lead: simulator.as("lead") };
}

describe("inputs", () => {
  it("hold what a person chose, each in its own form", async () => {
    const { lead, home, heard } = await withHome([
      ...blocksOf(elements),
      { type: "actions", elements: [{ type: "button", action_id: "go", text: plain("Go") }] },
    ]);
    lead.fill(home, "several", ["a", "c"]);
    lead.fill(home, "boxes", ["b"]);
    lead.fill(home, "radio", "c");
    lead.fill(home, "user", "U1");
    lead.fill(home, "users", ["U1", "U2"]);
    lead.fill(home, "date", "2026-01-02");
    lead.fill(home, "text", "words");
    await lead.click(home, "go");
    // Blocks without an id were given one: what matters is what stands in them.
    const { view } = heard[0] as { view: { state: { values: Record<string, object> } } };
    expect(Object.assign({}, ...Object.values(view.state.values))).toEqual({
      select: { type: "static_select", selected_option: options[1] },
      several: { type: "multi_static_select", selected_options: [options[0], options[2]] },
      boxes: { type: "checkboxes", selected_options: [options[1]] },
      radio: { type: "radio_buttons", selected_option: options[2] },
      user: { type: "users_select", selected_user: "U1" },
      users: { type: "multi_users_select", selected_users: ["U1", "U2"] },
      date: { type: "datepicker", selected_date: "2026-01-02" },
      text: { type: "plain_text_input", value: "words" },
    });
    expect(heard).toMatchObject([
      { container: { type: "view", view_id: home.id }, actions: [{ action_id: "go" }] },
    ]);
  });

  it("tell the app at once outside of a form, or where they ask to", async () => {
    const [select] = elements;
    const { lead, home, heard } = await withHome([
      { type: "input", label: plain("x"), element: { ...select, action_id: "quiet" } },
      {
        ...{ type: "input", label: plain("x"), dispatch_action: true },
        element: { ...select, action_id: "loud" },
      },
      {
        ...{ type: "section", text: plain("x") },
        accessory: { type: "overflow", action_id: "more", options },
      },
    ]);
    await lead.select(home, "quiet", "a");
    expect(heard).toEqual([]);
    await lead.select(home, "loud", "a");
    await lead.select(home, "more", "c");
    expect(heard).toMatchObject([
      { actions: [{ action_id: "loud", selected_option: { value: "a" } }] },
      { actions: [{ action_id: "more", type: "overflow", selected_option: { value: "c" } }] },
    ]);
  });

  it("are found in blocks inside blocks, and named where they are not", async () => {
    const button = { type: "button", action_id: "deep", text: plain("Deep"), value: "1" };
    const child = { type: "actions", elements: [button, { ...button, value: "2" }] };
    const { lead, home, heard } = await withHome([{ type: "container", child_blocks: [child] }]);
    await lead.click(home, (element) => element["value"] === "2");
    expect(heard).toMatchObject([{ actions: [{ value: "2" }] }]);
    await expect(lead.click(home, "deeper")).rejects.toThrow("there is deep, deep");
    const gone: SimView = { ...home, id: "V0" };
    await expect(lead.click(gone, "deep")).rejects.toThrow("not open");
  });
});

it("a message keeps what each person chose in it", async () => {
  const heard: unknown[] = [];
  const { simulator, app } = await running("http", (bolt) => {
    bolt.action("box", async ({ ack, body }) => {
      heard.push("state" in body ? body.state : undefined);
      await ack();
    });
  });
  const box = { type: "checkboxes" as const, action_id: "box", options };
  const channel = simulator.workspace.channel("fleet").id;
  const blocks = [{ type: "actions" as const, block_id: "b", elements: [box] }];
  await app.client.chat.postMessage({ channel, text: "which?", blocks });
  const [message] = simulator.messages("fleet");
  if (message === undefined) throw new Error("no message");
  await simulator.as("lead").select(message, "box", ["a"]);
  await simulator.as("admin").select(message, "box", ["b", "c"]);
  await simulator.as("lead").select(message, "box", []);
  const chosen = (indices: number[]) => ({
    values: { b: { box: { selected_options: indices.map((index) => options[index]) } } },
  });
  expect(heard).toMatchObject([chosen([0]), chosen([1, 2]), chosen([])]);
});

it("what only one person saw is gone when they start Slack anew", async () => {
  const { simulator } = await running("http", (bolt) => {
    bolt.command("/thopter", async ({ ack }) => ack("only you"));
  });
  await simulator.as("lead").command("/thopter");
  await simulator.as("admin").command("/thopter");
  simulator.as("lead").reload();
  expect(simulator.ephemerals("lead", "general")).toEqual([]);
  expect(simulator.ephemerals("admin", "general")).toHaveLength(1);
});
