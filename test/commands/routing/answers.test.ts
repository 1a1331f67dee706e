import { describe, expect, it } from "vitest";
import type { Ask, Press } from "../../../commands/ask.ts";
import type { Feature } from "../../../commands/define-command.ts";
import { createResponder } from "../../../commands/routing/responder.ts";
import { createManualClock } from "../../manual-clock.ts";
import { startStub } from "../slack-stub.ts";
import { startStubKit } from "../stub-kit.ts";
import type { StubKitOptions } from "../stub-kit.ts";
import { eventually } from "../../eventually.ts";

const text = (words: string) => ({ text: words });

/** A subcommand, a button and a form that do what a test says. */
function start(work: (ask: Ask) => Promise<void>, more: StubKitOptions = {}) {
  const feature: Feature = {
    command: {
      ...{ name: "do", summary: "", usage: "do", examples: [], flags: {}, takes: "text" },
      run: (_ports, ask) => work(ask),
    },
    buttons: [{ id: "th:do", run: (_ports, press) => work(press) }],
    forms: [{ id: "th:do-form", run: (_ports, submission) => work(submission) }],
  };
  return startStubKit({ ...more, features: [feature] });
}

const modal = (note?: string) => ({
  type: "modal" as const,
  callback_id: "th:do-form",
  title: { type: "plain_text" as const, text: "A form" },
  blocks: [],
  ...(note === undefined ? {} : { private_metadata: note }),
});

describe("a whisper", () => {
  it("goes out through the response URL five times, then otherwise", async () => {
    const { command, stub } = await start(async (ask) => {
      for (let time = 1; time <= 7; time += 1) await ask.whisper(text(`word ${time}`));
    });
    await command("do");
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(2));
    expect(stub.responses.map(({ content }) => content["text"])).toEqual(
      [1, 2, 3, 4, 5].map((time) => `word ${time}`),
    );
    expect(stub.called("chat.postEphemeral").map(({ args }) => args)).toEqual([
      expect.objectContaining({ channel: "C01", user: "UANN", text: "word 6" }),
      expect.objectContaining({ text: "word 7" }),
    ]);
  });

  it("goes another way when the response URL is no longer taken, which no log names", async () => {
    const { command, stub, reports } = await start((ask) => ask.whisper(text("a word")));
    stub.faults.set("response", "expired_url");
    await command("do");
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
    stub.faults.clear();
    await command("do", { response_url: "https://hooks.example.com/commands/secret" });
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(2));
    await command("do", { response_url: `${new URL(stub.apiUrl).origin}:1/secret` });
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(3));
    expect(reports.join()).not.toMatch(/secret|response\//);
  });

  it("is sent to no address but Slack's, whoever signed for it", async () => {
    const { command, stub } = await start((ask) => ask.whisper(text("a word")));
    const other = await startStub();
    await command("do", { response_url: other.responseUrl("stolen") });
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
    const { clock, report } = { clock: createManualClock(), report: () => "" };
    const responder = createResponder({ clock, report }, { apiUrl: undefined });
    for (const url of [other.responseUrl("stolen"), "no address", "file:///etc/hosts"]) {
      expect(await responder.respond(url, { text: "a word" })).toBe(false);
    }
    expect(other.responses).toEqual([]);
  });

  it("goes to the direct messages of someone whom the bot cannot reach there", async () => {
    const { event, stub } = await start((ask) => ask.whisper(text("a word")));
    stub.faults.set("chat.postEphemeral", "not_in_channel");
    await event({ type: "app_mention", text: "<@UBOT> do" });
    await eventually(() => expect(stub.called("chat.postMessage")).toHaveLength(1));
    expect(stub.called("chat.postMessage")[0]?.args).toMatchObject({
      ...{ channel: "UANN", text: "a word", parse: "none", link_names: "false" },
      ...{ unfurl_links: "false", unfurl_media: "false" },
    });
    await event({
      type: "message",
      channel_type: "im",
      channel: "D01",
      text: "do",
      thread_ts: "3.0",
    });
    await eventually(() => expect(stub.called("chat.postMessage")).toHaveLength(2));
    expect(stub.called("chat.postMessage")[1]?.args).toMatchObject({
      channel: "D01",
      thread_ts: "3.0",
    });
  });

  it("waits as long as Slack asks for, and is said then", async () => {
    const { event, stub, rig, reports } = await start((ask) => ask.whisper(text("a word")));
    stub.faults.set("chat.postEphemeral", "429");
    await event({ type: "app_mention", text: "<@UBOT> do" });
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
    stub.faults.clear();
    await rig.clock.advance(29_000);
    expect(stub.called("chat.postEphemeral")).toHaveLength(1);
    await eventually(async () => {
      await rig.clock.advance(1000);
      expect(stub.called("chat.postEphemeral")).toHaveLength(2);
    });
    expect(reports).toEqual([]);
  });

  it("that cannot be said at all is reported, and nothing else breaks", async () => {
    const { event, stub, reports, command } = await start((ask) => ask.whisper(text("a word")));
    for (const method of ["chat.postEphemeral", "chat.postMessage"])
      stub.faults.set(method, "hang up");
    await event({ type: "app_mention", text: "<@UBOT> do" });
    await eventually(() => expect(reports.join()).toContain("the answer to a mention"));
    expect((await command("do")).status).toBe(200);
    await eventually(() => expect(stub.responses).toHaveLength(1));
  });
});

describe("the message with a pressed button", () => {
  const pressed = async (ask: Ask) => ask.replace(text("done"));

  it("is replaced by what is said in its place", async () => {
    const { press, stub } = await start(pressed);
    await press("th:do");
    await eventually(() => expect(stub.responses).toHaveLength(1));
    expect(stub.responses[0]?.content).toMatchObject({ text: "done", replace_original: true });
  });

  it("is edited when its response URL is no longer taken", async () => {
    const { press, stub } = await start(pressed);
    stub.faults.set("response", "expired_url");
    const container = {
      type: "message",
      message_ts: "5.0",
      channel_id: "C01",
      is_ephemeral: false,
    };
    await press("th:do", { container });
    await eventually(() => expect(stub.called("chat.update")).toHaveLength(1));
    expect(stub.called("chat.update")[0]?.args).toMatchObject({ channel: "C01", ts: "5.0" });
    await press("th:do");
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
  });

  it("is removed only where it is a whisper", async () => {
    const { press, stub, rig } = await start((ask) => ask.dismiss());
    const container = {
      type: "message",
      message_ts: "5.0",
      channel_id: "C01",
      is_ephemeral: false,
    };
    await press("th:do", { container });
    await press("th:do");
    await eventually(() => expect(stub.responses).toHaveLength(1));
    await rig.clock.advance(0);
    expect(stub.responses.map(({ content }) => content)).toEqual([{ delete_original: true }]);
  });

  it("is known by its place, with what the button or menu carries", async () => {
    const seen: Pick<Press, "value" | "message" | "thread" | "key">[] = [];
    const { press } = await start(async (ask) => {
      // The test presses a button only.
      const { value, message, thread, key } = ask as Press;
      seen.push({ value, message, thread, key });
    });
    const container = { type: "message", message_ts: "5.0", channel_id: "C01", thread_ts: "4.0" };
    const chosen = { action_id: "th:do", action_ts: "6.0", selected_option: { value: "chosen" } };
    await press("th:do", { container, actions: [chosen] });
    await eventually(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toEqual({
      value: "chosen",
      message: { channel: "C01", ts: "5.0", isEphemeral: false },
      thread: "4.0",
      key: "slack:5.0:th:do:6.0",
    });
  });
});

describe("a modal", () => {
  it("is opened at once, given other content, and answered where it was asked for", async () => {
    const { command, stub, interact } = await start(async (ask) => {
      if (ask.via === "form") return ask.whisper(text("submitted"));
      const opened = await ask.openModal(modal("a note"));
      await opened?.update(modal("another note"));
    });
    await command("do");
    await eventually(() => expect(stub.called("views.update")).toHaveLength(1));
    const [shown] = stub.called("views.update");
    expect(shown?.args["view_id"]).toBe("V01");
    // It is what we sent as JSON.
    const view = JSON.parse(shown?.args["view"] ?? "") as Record<string, unknown>;
    expect(view["private_metadata"]).toContain("another note");
    await interact({
      ...{ type: "view_submission", team: { id: "T01" }, user: { id: "UANN", team_id: "T01" } },
      view: { ...view, id: "V01", hash: "1" },
    });
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
    expect(stub.called("chat.postEphemeral")[0]?.args).toMatchObject({
      channel: "C01",
      text: "submitted",
    });
  });

  it("is put on top of the one whose button was pressed", async () => {
    const { press, stub } = await start(async (ask) => void (await ask.openModal(modal())));
    const view = { id: "V01", type: "modal", callback_id: "th:other", private_metadata: "" };
    await press("th:do", {
      view,
      container: { type: "view" },
      channel: undefined,
      response_url: undefined,
    });
    await eventually(() => expect(stub.called("views.push")).toHaveLength(1));
  });

  it("that comes too late is refused with words", async () => {
    const { command, stub, whispers } = await start(
      async (ask) => void (await ask.openModal(modal())),
    );
    stub.faults.set("views.open", "expired_trigger_id");
    await command("do");
    expect(await whispers(1)).toEqual([expect.stringContaining("three seconds only")]);
  });

  it("cannot be opened from a mention", async () => {
    const opened: unknown[] = [];
    const { event } = await start(async (ask) => void opened.push(await ask.openModal(modal())));
    await event({ type: "app_mention", text: "<@UBOT> do" });
    await eventually(() => expect(opened).toEqual([undefined]));
  });
});

describe("the same click, as Slack names it", () => {
  it("has the same key, and another has another", async () => {
    const keys: string[] = [];
    const { command, submit, event } = await start(async ({ key }) => void keys.push(key));
    await command("do", { trigger_id: "one" });
    await command("do", { trigger_id: "two" });
    await submit("th:do-form");
    await submit("th:do-form");
    await event({ type: "app_mention", text: "<@UBOT> do" });
    await eventually(() => expect(keys).toHaveLength(5));
    expect(new Set(keys).size).toBe(5);
  });
});
