import { request } from "node:http";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import type { App } from "@slack/bolt";
import { running } from "./bolt-app.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });

function withCard(app: App): void {
  app.command("/thopter", async ({ ack, body, client }) => {
    await ack({
      text: "card",
      blocks: [
        {
          type: "actions",
          block_id: "b",
          elements: [
            { type: "button", action_id: "go", text: plain("<Keep>"), value: "keep" },
            { type: "button", action_id: "go2", text: plain("Destroy"), value: "destroy" },
          ],
        },
      ],
    });
    const element = { type: "plain_text_input" as const, action_id: "a" };
    const input = { type: "input" as const, block_id: "i", label: plain("Why"), element };
    const view = { type: "modal" as const, title: plain("Form"), submit: plain("Send") };
    await client.views.open({
      trigger_id: body.trigger_id,
      view: { ...view, callback_id: "f", blocks: [input] },
    });
  });
  app.action("go2", async ({ ack, respond, payload }) => {
    await ack();
    await respond({
      replace_original: true,
      text: "value" in payload ? `did ${payload.value}` : "",
    });
  });
  app.view("f", async ({ ack, view, client, body }) => {
    await ack();
    const said = view.state.values["i"]?.["a"]?.value ?? "";
    await client.chat.postMessage({ channel: body.user.id, text: `because ${said}` });
  });
}

async function opened() {
  const { simulator, url } = await running("http", withCard, {
    blockStyles: ".slack { color: inherit }",
  });
  const user = simulator.workspace.user("lead").id;
  const channel = simulator.workspace.channel("fleet").id;
  const act = async (body: Record<string, unknown>) => {
    const headers = { "content-type": "application/json" };
    const text = JSON.stringify({ user, ...body });
    const answer = await fetch(`${url}/page/act`, { method: "POST", headers, body: text });
    const told: unknown = await answer.json();
    return told;
  };
  const state = async (where = channel) => {
    const answer = await fetch(`${url}/page/state?user=${user}&channel=${where}`);
    const seen: unknown = await answer.json();
    // The shape is what the test is about.
    return seen as { messages: { ts: string; html: string }[]; modals: { id: string }[] };
  };
  return { simulator, url, channel, act, state, user };
}

describe("the page", () => {
  it("types a command, shows its card and clicks its button", async () => {
    const { act, state, channel } = await opened();
    expect(await act({ do: "type", channel, text: "/thopter status" })).toEqual({ errors: {} });
    const [message] = (await state()).messages;
    expect(message?.html).toContain("&lt;Keep&gt;");
    await act({
      do: "click",
      channel,
      ts: message?.ts,
      block: "b",
      action: "go2",
      value: "destroy",
    });
    await expect.poll(async () => (await state()).messages[0]?.html).toContain("did destroy");
  });

  it("fills in a form, says what is missing in it, and sends it", async () => {
    const { act, state, channel, simulator } = await opened();
    await act({ do: "type", channel, text: "/thopter status" });
    await expect.poll(async () => (await state()).modals).toHaveLength(1);
    const view = (await state()).modals[0]?.id;
    const given = (text: string) => ({ values: [{ block: "i", action: "a", given: text }] });
    expect(await act({ do: "submit", view, ...given("") })).toMatchObject({
      errors: { i: "Please complete this required field." },
    });
    await act({ do: "submit", view, ...given("done") });
    const direct = simulator.workspace.direct(simulator.workspace.user("lead").id).id;
    await expect
      .poll(async () => (await state(direct)).messages.map(({ html }) => html))
      .toEqual([expect.stringContaining("because done")]);
    expect((await state()).modals).toEqual([]);
  });

  it("says why something cannot be done", async () => {
    const { act, channel } = await opened();
    expect(await act({ do: "close", view: "V0" })).toMatchObject({
      trouble: "Cannot act on the view: it is closed",
    });
    expect(await act({ do: "fly" })).toHaveProperty("trouble");
    expect(await act({ do: "type", channel, text: "hello" })).toHaveProperty("trouble");
  });

  it("answers in a thread, where Slack takes no commands", async () => {
    const { act, state, channel } = await opened();
    await act({ do: "type", channel, text: "@thopter first" });
    await act({ do: "type", channel, text: "@thopter second" });
    const thread = (await state()).messages[0]?.ts;
    expect(await act({ do: "type", channel, text: "@thopter third", thread })).toEqual({});
    const shown = (await state()).messages.map(({ html }) => /first|second|third/.exec(html)?.[0]);
    expect(shown).toEqual(["first", "third", "second"]);
    const command = { do: "type", channel, text: "/thopter list", thread };
    expect(await act(command)).toHaveProperty("trouble");
  });

  it("has a script that can be read, and the look of its blocks", async () => {
    const { url } = await opened();
    const script = await (await fetch(`${url}/page/script.js`)).text();
    expect(() => new Script(script)).not.toThrow();
    const style = await (await fetch(`${url}/page/style.css`)).text();
    expect(style).toContain("article");
    expect(style).toContain(".slack { color: inherit }");
  });

  it("lets no other site in, and runs no script but its own", async () => {
    const { url } = await opened();
    const page = await fetch(url);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(await page.text()).not.toMatch(/<script>| on\w+=/);
    const headers = { origin: "http://evil.test" };
    expect((await fetch(`${url}/page/state`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/control/down`, { method: "POST", headers })).status).toBe(403);
    expect(await statusAs("evil.test", `${url}/page/state`)).toBe(403);
  });
});

/** Asks under another name for the same address, as after DNS was turned. */
function statusAs(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject);
    asked.end();
  });
}
