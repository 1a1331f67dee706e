import { describe, expect, it } from "vitest";
import type { Feature } from "../../../commands/define-command.ts";
import { signature } from "../slack-stub.ts";
import { commandBody, eventBody, pressBody, signingSecret, startStubKit } from "../stub-kit.ts";
import type { StubKit } from "../stub-kit.ts";
import { eventually } from "../../eventually.ts";

const form = "application/x-www-form-urlencoded";
const json = { contentType: "application/json" };

/** A feature that counts how often it ran. */
function counting(): { feature: Feature; ran: string[] } {
  const ran: string[] = [];
  const note = (what: string) => async () => void ran.push(what);
  const feature: Feature = {
    command: {
      ...{ name: "count", summary: "", usage: "count", examples: [], flags: {}, takes: "text" },
      run: note("command"),
    },
    buttons: [{ id: "th:count", run: note("button") }],
    forms: [{ id: "th:count-form", run: note("form") }],
  };
  return { feature, ran };
}

describe("a command over HTTP", () => {
  it("is acknowledged with nothing and answered to the asker alone", async () => {
    const { command, stub, reports } = await startStubKit();
    const answered = await command("help");
    expect(answered).toMatchObject({ status: 200, body: "" });
    await eventually(() => expect(stub.responses).toHaveLength(1));
    expect(stub.responses[0]?.content).toMatchObject({ response_type: "ephemeral" });
    expect(reports).toEqual([]);
  });
});

describe("a request that is not Slack's", () => {
  it.each([
    ["signed with another secret", { secret: "another-secret" }, 401],
    ["signed five minutes and more ago", { skew: -302 }, 401],
    ["signed for five minutes and more from now", { skew: 302 }, 401],
    ["without a time", { headers: { "x-slack-request-timestamp": "" } }, 401],
    ["with a time that is none", { headers: { "x-slack-request-timestamp": "now" } }, 401],
    ["without a signature", { headers: { "x-slack-signature": "" } }, 401],
    ["with half a signature", { headers: { "x-slack-signature": "v0=" } }, 401],
  ])("is refused: %s", async (_name, patch, status) => {
    const { feature, ran } = counting();
    const { send, stub } = await startStubKit({ features: [feature] });
    const body = new URLSearchParams(commandBody(stub, "count")).toString();
    expect((await send(body, patch)).status).toBe(status);
    expect((await send(body, { skew: -290 })).status).toBe(200);
    await eventually(() => expect(ran).toEqual(["command"]));
  });

  it("is refused, and the log says once that this machine's clock may be wrong", async () => {
    const { send, reports } = await startStubKit();
    for (const skew of [302, -302, 400]) await send("text=help", { skew });
    await send("text=help", { secret: "another-secret" });
    await send("text=help", { secret: "another-secret" });
    expect(reports).toEqual([
      expect.stringContaining("more than five minutes from this machine's"),
      expect.stringContaining("signature mismatch"),
    ]);
  });

  it("is refused when its body was changed", async () => {
    const { feature, ran } = counting();
    const { send, command, stub } = await startStubKit({ features: [feature] });
    const body = new URLSearchParams(commandBody(stub, "count")).toString();
    const headers = signature(signingSecret, body, Math.floor(Date.now() / 1000));
    expect((await send(`${body}&text=other`, { headers })).status).toBe(401);
    await command("count");
    await eventually(() => expect(ran).toEqual(["command"]));
  });

  it.each([
    ["nothing", "", form],
    ["null", "null", "application/json"],
    ["a list", "[]", "application/json"],
    ["a number", "5", "application/json"],
    ["half of JSON", '{"a":', "application/json"],
    ["null as its payload", "payload=null", form],
    ["null as its payload, hidden", "%70ayload=null", form],
    ["no JSON as its payload", "payload=%7B", form],
    ["a form with an event that is none", "event=1&type=event_callback", form],
    ["an event that is null", '{"event":null,"type":"event_callback"}', "application/json"],
    ["an action that is null", `payload=${encodeURIComponent('{"actions":[null]}')}`, form],
    ["no action", `payload=${encodeURIComponent('{"actions":[],"type":"block_actions"}')}`, form],
    ["an action without an id", `payload=${encodeURIComponent('{"actions":[{}]}')}`, form],
    ["a view that is null", `payload=${encodeURIComponent('{"type":"view_submission"}')}`, form],
    ["a dialog", `payload=${encodeURIComponent('{"type":"dialog_submission"}')}`, form],
    ["a shortcut", `payload=${encodeURIComponent('{"type":"shortcut","user":{"id":"U1"}}')}`, form],
    ["a kind that there is not yet", '{"type":"something_new"}', "application/json"],
  ])("is answered at once and harms nothing when it holds %s", async (_name, body, contentType) => {
    const { feature, ran } = counting();
    const { send, command } = await startStubKit({ features: [feature] });
    // What nobody answers, Bolt answers with 404 after three seconds.
    const { status } = await send(body, { contentType });
    expect([200, 400, 401]).toContain(status);
    expect((await command("count")).status).toBe(200);
    await eventually(() => expect(ran).toEqual(["command"]));
  });

  it("is refused when it is larger than anything Slack sends", async () => {
    const { send } = await startStubKit();
    expect((await send(`text=${"a".repeat(1_100_000)}`)).status).toBe(413);
  });
});

/** A click that nothing but its signature tells from another. */
function clickAlone(stub: StubKit["stub"]): string {
  const click = pressBody(stub, "th:count", { trigger_id: undefined });
  return new URLSearchParams({ payload: JSON.stringify(click) }).toString();
}

describe("the same request again", () => {
  it("is acknowledged with nothing and run once", async () => {
    const { feature, ran } = counting();
    const { send, press, stub } = await startStubKit({ features: [feature] });
    const body = clickAlone(stub);
    for (let time = 0; time < 3; time += 1) {
      expect(await send(body)).toMatchObject({ status: 200, body: "" });
    }
    await press("th:count");
    await eventually(() => expect(ran).toEqual(["button", "button"]));
  });

  it("is run once though something is put behind its signature", async () => {
    const { feature, ran } = counting();
    const { send, command, stub, rig } = await startStubKit({ features: [feature] });
    const body = clickAlone(stub);
    const at = Math.floor(rig.clock.now() / 1000);
    const headers = signature(signingSecret, body, at);
    await send(body, { headers });
    const again = { ...headers, "x-slack-signature": `${headers["x-slack-signature"] ?? ""}=a` };
    expect(await send(body, { headers: again })).toMatchObject({ status: 200 });
    await command("count");
    await eventually(() => expect(ran).toEqual(["button", "command"]));
  });

  it("is run once as long as its signature can be valid", async () => {
    const { feature, ran } = counting();
    const { send, command, stub, rig } = await startStubKit({ features: [feature] });
    const body = clickAlone(stub);
    const ahead = Math.floor(rig.clock.now() / 1000) + 299;
    const headers = signature(signingSecret, body, ahead);
    await send(body, { headers });
    await rig.clock.advance(590_000);
    expect((await send(body, { headers })).status).toBe(200);
    await rig.clock.advance(20_000);
    expect((await send(body, { headers })).status).toBe(401);
    await command("count");
    await eventually(() => expect(ran).toEqual(["button", "command"]));
  });

  it("is run once when Slack signs it anew: a command, a click and a form by their trigger", async () => {
    const { feature, ran } = counting();
    const { send, interact, stub } = await startStubKit({ features: [feature] });
    const typed = new URLSearchParams(commandBody(stub, "count")).toString();
    const click = pressBody(stub, "th:count");
    for (const skew of [0, 1, 2]) {
      await send(typed, { skew });
      await send(new URLSearchParams({ payload: JSON.stringify(click) }).toString(), { skew });
    }
    await interact({ ...click, trigger_id: "another" });
    await eventually(() => expect(ran.toSorted()).toEqual(["button", "button", "command"]));
  });

  it("is run once when it is an event that Slack retries", async () => {
    const { send, stub, homesOpened, event } = await startStubKit();
    const opened = { type: "app_home_opened", tab: "home" };
    const body = JSON.stringify(eventBody(opened));
    for (const attempt of ["0", "1", "2", "3"]) {
      const headers = { "x-slack-retry-num": attempt, "x-slack-retry-reason": "http_timeout" };
      const answered = await send(body, { ...json, headers, skew: Number(attempt) });
      expect(answered).toMatchObject({ status: 200, body: "" });
    }
    await event({ ...opened, user: "UBEN" });
    await eventually(() => expect(homesOpened.toSorted()).toEqual(["UANN", "UBEN"]));
    expect(stub.called("users.info")).toHaveLength(2);
  });
});

describe("other requests to the same server", () => {
  it("are not found", async () => {
    const { app } = await startStubKit();
    const answers: number[] = [];
    const response = { headersSent: false, writeHead, end: () => undefined };
    function writeHead(status: number) {
      answers.push(status);
      return response;
    }
    // The listener reads no more than these of what it refuses.
    const ask = (method: string, url: string) =>
      app.listener?.({ method, url, headers: {} } as never, response as never);
    ask("GET", "/slack/events");
    ask("POST", "/slack/other");
    expect(answers).toEqual([404, 404]);
  });

  it("may ask for the address to be verified", async () => {
    const { send } = await startStubKit();
    const body = JSON.stringify({ type: "url_verification", challenge: "abc" });
    expect(await send(body, json)).toMatchObject({ status: 200, body: '{"challenge":"abc"}' });
  });
});
