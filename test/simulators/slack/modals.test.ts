import type { App } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import type { SlackSimulator } from "../../../src/simulators/slack/simulator.ts";
import { createManualClock } from "../../manual-clock.ts";
import { running, ways } from "./bolt-app.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });

const form = (title: string) => ({
  type: "modal" as const,
  callback_id: "th:form",
  notify_on_close: true,
  title: plain(title),
  submit: plain("Send"),
  blocks: [
    {
      type: "input",
      block_id: "count",
      label: plain("How many?"),
      element: { type: "plain_text_input", action_id: "typed", max_length: 5 },
    },
    {
      type: "input",
      block_id: "size",
      optional: true,
      label: plain("Size"),
      element: {
        type: "static_select",
        action_id: "chosen",
        options: [
          { text: plain("Small"), value: "s" },
          { text: plain("Large"), value: "l" },
        ],
      },
    },
    {
      type: "input",
      block_id: "repository",
      optional: true,
      label: plain("Repository"),
      element: { type: "external_select", action_id: "repo", min_query_length: 1 },
    },
  ],
});

function opensForm(app: App): void {
  app.command("/thopter", async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form("First") });
  });
}

async function opened(simulator: SlackSimulator) {
  await simulator.as("lead").command("/thopter", "destroy --all");
  await expect.poll(() => simulator.views("lead")).toHaveLength(1);
  const [view] = simulator.views("lead");
  if (view === undefined) throw new Error("no modal");
  return view;
}

describe.each(ways)("a modal over %s", (way) => {
  it("is opened by a trigger, filled in, sent and gone", async () => {
    let values: unknown;
    const { simulator } = await running(way, (app) => {
      opensForm(app);
      app.view("th:form", async ({ ack, view }) => {
        values = view.state.values;
        await ack();
      });
    });
    const view = await opened(simulator);
    const sent = await simulator.as("lead").submit(view, { typed: "40", size: "l" });
    expect(sent).toMatchObject({ trouble: undefined, errors: {}, view: undefined });
    expect(values).toMatchObject({
      count: { typed: { type: "plain_text_input", value: "40" } },
      size: { chosen: { selected_option: { value: "l" } } },
      repository: { repo: { selected_option: null } },
    });
    expect(simulator.views("lead")).toEqual([]);
  });

  it("stays with the errors that the app finds, then is changed, then has another laid on it", async () => {
    const answers = [
      { response_action: "errors" as const, errors: { count: "That is not 40" } },
      { response_action: "update" as const, view: form("Second") },
      { response_action: "push" as const, view: form("Third") },
      { response_action: "clear" as const },
    ];
    const { simulator } = await running(way, (app) => {
      opensForm(app);
      app.view("th:form", async ({ ack }) => ack(answers.shift()));
    });
    const lead = simulator.as("lead");
    const titles = () => simulator.views("lead").map(({ content }) => content["title"]);
    const first = await opened(simulator);
    const wrong = await lead.submit(first, { typed: "39" });
    expect(wrong).toMatchObject({ errors: { count: "That is not 40" }, view: { id: first.id } });
    await lead.submit(first);
    expect(titles()).toEqual([plain("Second")]);
    const { view: third } = await lead.submit(first, { count: "40" });
    expect(titles()).toEqual([plain("Second"), plain("Third")]);
    expect(third).toMatchObject({ rootId: first.id, previousId: first.id });
    if (third === undefined) throw new Error("no third");
    await expect(lead.submit(first)).rejects.toThrow("not on top");
    await lead.submit(third, { typed: "40" });
    expect(titles()).toEqual([]);
  });

  it("gets the options of an external select from the app", async () => {
    let chosen: unknown;
    const { simulator } = await running(way, (app) => {
      opensForm(app);
      app.options("repo", async ({ ack, payload }) => {
        await ack({ options: [{ text: plain(`org/${payload.value}`), value: "r1" }] });
      });
      app.view("th:form", async ({ ack, view }) => {
        chosen = view.state.values["repository"]?.["repo"]?.selected_option;
        await ack();
      });
    });
    const view = await opened(simulator);
    const lead = simulator.as("lead");
    const { options } = await lead.suggest(view, "repo", "web");
    expect(options).toMatchObject([{ text: { text: "org/web" }, value: "r1" }]);
    await lead.submit(view, { typed: "1", repo: "r1" });
    expect(chosen).toMatchObject({ value: "r1" });
  });
});

it("a form that lacks something, or is too long, is not sent", async () => {
  const { simulator } = await running("http", opensForm);
  const view = await opened(simulator);
  const before = simulator.deliveries().length;
  const lead = simulator.as("lead");
  expect((await lead.submit(view)).errors).toEqual({
    count: "Please complete this required field.",
  });
  expect((await lead.submit(view, { typed: "123456" })).errors).toEqual({
    count: "Must be at most 5 characters.",
  });
  await expect(lead.submit(view, { size: "huge" })).rejects.toThrow("no such option");
  expect(simulator.deliveries()).toHaveLength(before);
});

it("the app hears that a modal was closed where it asked to", async () => {
  let cleared: unknown;
  const { simulator } = await running("http", (app) => {
    opensForm(app);
    app.view({ callback_id: "th:form", type: "view_closed" }, async ({ ack, body }) => {
      cleared = "is_cleared" in body && body.is_cleared;
      await ack();
    });
  });
  const closed = await simulator.as("lead").closeView(await opened(simulator));
  expect(closed).toMatchObject({ trouble: undefined, view: undefined });
  expect(cleared).toBe(false);
});

it("errors for a block that has no input leave the form in trouble", async () => {
  const { simulator } = await running("http", (app) => {
    opensForm(app);
    app.view("th:form", async ({ ack }) =>
      ack({ response_action: "errors", errors: { elsewhere: "wrong" } }),
    );
  });
  const view = await opened(simulator);
  const sent = await simulator.as("lead").submit(view, { typed: "1" });
  expect(sent).toMatchObject({ trouble: "invalid_response", view: { id: view.id } });
});

it("a trigger opens one view, within three seconds", async () => {
  const clock = createManualClock(Date.now());
  const triggers: string[] = [];
  const { simulator, app } = await running(
    "http",
    (bolt) => {
      bolt.command("/thopter", async ({ ack, body }) => {
        triggers.push(body.trigger_id);
        await ack();
      });
    },
    { clock },
  );
  const open = (trigger_id = "") => app.client.views.open({ trigger_id, view: form("View") });
  await simulator.as("lead").command("/thopter", "a");
  await simulator.as("lead").command("/thopter", "b");
  await clock.advance(2999);
  await open(triggers[0]);
  await expect(open(triggers[0])).rejects.toThrow("exchanged_trigger_id");
  await clock.advance(1);
  await expect(open(triggers[1])).rejects.toThrow("expired_trigger_id");
  await expect(open("1.2.3")).rejects.toThrow("invalid_trigger_id");
});
