import { WebClient } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import type { SlackSimulatorOptions } from "../../../src/simulators/slack/options.ts";
import { createManualClock } from "../../manual-clock.ts";
import { quiet, simulated } from "./bolt-app.ts";

async function client(options: Partial<SlackSimulatorOptions> = {}) {
  const { simulator, url } = await simulated(options);
  const web = new WebClient(simulator.secrets.botToken, {
    ...{
      slackApiUrl: `${url}/api/`,
      logger: quiet,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
  });
  const idOf = (channel: string) => simulator.workspace.channel(channel).id;
  const call = async (method: string, headers: Record<string, string>, sent = "") => {
    const answer = await fetch(`${url}/api/${method}`, { method: "POST", headers, body: sent });
    const body: unknown = await answer.json();
    return { status: answer.status, headers: answer.headers, body };
  };
  return { simulator, web, idOf, call, user: (name: string) => simulator.workspace.user(name).id };
}

describe("who may call", () => {
  it("asks for a token that is known, and of the right kind", async () => {
    const { call, simulator } = await client();
    const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
    const errorOf = async (method: string, headers: Record<string, string>) =>
      (await call(method, headers)).body;
    expect(await errorOf("auth.test", {})).toMatchObject({ error: "not_authed" });
    expect(await errorOf("auth.test", withToken("xoxb-no"))).toMatchObject({
      error: "invalid_auth",
    });
    const { appToken, botToken } = simulator.secrets;
    const kind = { error: "not_allowed_token_type" };
    expect(await errorOf("auth.test", withToken(appToken))).toMatchObject(kind);
    expect(await errorOf("apps.connections.open", withToken(botToken))).toMatchObject(kind);
    expect(await errorOf("no.such", withToken(botToken))).toMatchObject({
      error: "unknown_method",
    });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await call("auth.test", form, `token=${botToken}`)).body).toMatchObject({ ok: true });
    expect(JSON.stringify(simulator.calls())).not.toContain(botToken);
  });

  it("names the scope that is missing, and those that are there", async () => {
    const { call, simulator, idOf } = await client({ scopes: ["chat:write"] });
    const headers = {
      authorization: `Bearer ${simulator.secrets.botToken}`,
      "content-type": "application/json; charset=utf-8",
    };
    const text = JSON.stringify({ channel: idOf("fleet") });
    expect((await call("users.info", headers, text)).body).toMatchObject({
      ...{ error: "missing_scope", needed: "users:read", provided: "chat:write" },
    });
    const info = await call("conversations.info", headers, text);
    expect(info.body).toMatchObject({ needed: "channels:read,groups:read,mpim:read,im:read" });
    expect((await call("auth.test", headers)).headers.get("x-oauth-scopes")).toBe("chat:write");
    expect((await call("auth.test", headers, "[")).body).toMatchObject({ error: "invalid_json" });
  });
});

describe("messages", () => {
  it("are posted, changed, linked to and deleted", async () => {
    const { web, idOf, simulator } = await client();
    const channel = idOf("fleet");
    const { ts = "" } = await web.chat.postMessage({ channel, text: "one" });
    await web.chat.update({ channel, ts, text: "two" });
    const { permalink } = await web.chat.getPermalink({ channel, message_ts: ts });
    expect(permalink).toContain(`/archives/${channel}/p${ts.replace(".", "")}`);
    expect(simulator.messages("fleet")).toMatchObject([
      { text: "two", versions: [{ text: "one" }, { text: "two" }] },
    ]);
    await web.chat.delete({ channel, ts });
    expect(simulator.messages("fleet")).toEqual([]);
    expect(simulator.shown().map(({ content }) => content["text"])).toEqual(["one", "two"]);
    await expect(web.chat.update({ channel, ts, text: "x" })).rejects.toThrow("message_not_found");
  });

  it("go only where the app is", async () => {
    const { web, idOf, user, simulator } = await client();
    const to = (channel: string) => web.chat.postMessage({ channel, text: "x" });
    await expect(to(idOf("random"))).rejects.toThrow("not_in_channel");
    await expect(to(idOf("old"))).rejects.toThrow("is_archived");
    await expect(to("C0NOWHERE")).rejects.toThrow("channel_not_found");
    const secret = simulator.workspace.addChannel({
      name: "secret",
      isPrivate: true,
      withApp: false,
    });
    await expect(to(secret.id)).rejects.toThrow("channel_not_found");
    const { channel } = await web.conversations.open({ users: user("lead") });
    await to(channel?.id ?? "");
    expect(simulator.messages(channel?.id ?? "")).toHaveLength(1);
    const free = await client({ scopes: ["chat:write", "chat:write.public"] });
    await free.web.chat.postMessage({ channel: free.idOf("random"), text: "x" });
  });

  it("of others are not the app's to change", async () => {
    const { web, idOf, simulator } = await client({ subscriptions: [] });
    const channel = idOf("fleet");
    const { ts } = (await simulator.as("lead").mention("fleet", "hi")).message;
    await expect(web.chat.update({ channel, ts, text: "x" })).rejects.toThrow(
      "cant_update_message",
    );
    await expect(web.chat.delete({ channel, ts })).rejects.toThrow("cant_delete_message");
  });

  it("for one person are seen by nobody else, and only by one who is there", async () => {
    const { web, idOf, user, simulator } = await client();
    const channel = idOf("operations");
    await web.chat.postEphemeral({ channel, user: user("lead"), text: "psst" });
    expect(simulator.messages("operations")).toEqual([]);
    expect(simulator.ephemerals("lead", "operations")).toHaveLength(1);
    const outside = web.chat.postEphemeral({ channel, user: user("developer"), text: "x" });
    await expect(outside).rejects.toThrow("user_not_in_channel");
  });

  it("that say nothing, too much or wrong blocks are refused with words", async () => {
    const validateMessage = (message: unknown) =>
      JSON.stringify(message).includes("bogus")
        ? [{ pointer: "/blocks/0/type", message: "is no block" }]
        : [];
    const { web, idOf } = await client({ validateMessage, rateLimits: false });
    const channel = idOf("fleet");
    await expect(web.chat.postMessage({ channel, text: "" })).rejects.toThrow("no_text");
    const long = web.chat.postMessage({ channel, text: "x".repeat(40_001) });
    await expect(long).rejects.toThrow("msg_too_long");
    const { ts = "" } = await web.chat.postMessage({ channel, text: "x".repeat(40_000) });
    const edit = web.chat.update({ channel, ts, text: "x".repeat(4001) });
    await expect(edit).rejects.toThrow("msg_too_long");
    await expect(
      web.chat.postMessage({ channel, text: "x", blocks: [{ type: "bogus" }] }),
    ).rejects.toMatchObject({
      data: {
        error: "invalid_blocks",
        response_metadata: { messages: ["[ERROR] is no block [json-pointer:/blocks/0/type]"] },
      },
    });
  });
});

describe("people", () => {
  it("are told apart: admins, guests, the gone and strangers", async () => {
    const { web, user } = await client();
    const info = async (name: string) => (await web.users.info({ user: user(name) })).user;
    expect(await info("admin")).toMatchObject({ is_admin: true, is_restricted: false });
    expect(await info("visitor")).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await info("former")).toMatchObject({ deleted: true });
    expect(await info("outsider")).toMatchObject({ is_stranger: true });
    await expect(web.users.info({ user: "U0NOBODY" })).rejects.toThrow("user_not_found");
  });

  it("are in groups, and come by pages", async () => {
    const { web, user, idOf } = await client({
      scopes: ["usergroups:read", "users:read", "channels:read"],
    });
    const { usergroups = [] } = await web.usergroups.list();
    const members = await web.usergroups.users.list({ usergroup: usergroups[0]?.id ?? "" });
    expect(members.users).toEqual([user("admin"), user("lead")]);
    const none = web.usergroups.users.list({ usergroup: "S0NONE" });
    await expect(none).rejects.toThrow("no_such_subteam");
    const channel = idOf("general");
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const page = await web.conversations.members({ channel, limit: 2, cursor });
      seen.push(page.members?.length);
      cursor = page.response_metadata?.next_cursor ?? "";
    } while (cursor !== "");
    expect(seen).toEqual([2, 2, 2, 1]);
    const odd = web.conversations.members({ channel, cursor: "odd" });
    await expect(odd).rejects.toThrow("invalid_cursor");
  });
});

describe("views", () => {
  const home = (text: string) => ({
    type: "home" as const,
    blocks: [{ type: "section" as const, text: { type: "mrkdwn" as const, text } }],
  });

  it("of a home are published, by the hash that is there", async () => {
    const { web, user, simulator } = await client();
    const { view } = await web.views.publish({ user_id: user("lead"), view: home("one") });
    const hash = view?.hash ?? "";
    await web.views.publish({ user_id: user("lead"), view: home("two"), hash });
    const stale = web.views.publish({ user_id: user("lead"), view: home("three"), hash });
    await expect(stale).rejects.toThrow("hash_conflict");
    expect(simulator.home("lead")?.content).toMatchObject(home("two"));
    expect(simulator.home("admin")).toBeUndefined();
  });

  it("that are wrong are refused with words", async () => {
    const validateView = () => [{ pointer: "/blocks/0", message: "is no good" }];
    const { web, user } = await client({ validateView });
    const published = web.views.publish({ user_id: user("lead"), view: home("one") });
    await expect(published).rejects.toMatchObject({
      data: {
        error: "invalid_arguments",
        response_metadata: { messages: ["[ERROR] is no good [json-pointer:/view/blocks/0]"] },
      },
    });
    await expect(web.views.update({ view_id: "V0", view: home("x") })).rejects.toThrow("not_found");
  });
});

describe("too many calls", () => {
  it("get 429 and when to come again, each channel by itself", async () => {
    const clock = createManualClock(Date.now());
    const { web, idOf, call, simulator } = await client({ clock });
    const channel = idOf("fleet");
    for (let sent = 0; sent < 3; sent += 1) await web.chat.postMessage({ channel, text: "x" });
    const headers = {
      authorization: `Bearer ${simulator.secrets.botToken}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    const refused = await call("chat.postMessage", headers, `channel=${channel}&text=x`);
    expect(refused).toMatchObject({ status: 429, body: { ok: false, error: "ratelimited" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    await web.chat.postMessage({ channel: idOf("general"), text: "x" });
    await clock.advance(1000);
    await web.chat.postMessage({ channel, text: "x" });
  });

  it("are counted by tier: fifty edits, then one every 1.2 seconds", async () => {
    const clock = createManualClock(Date.now());
    const { web, idOf } = await client({ clock });
    const channel = idOf("fleet");
    const { ts = "" } = await web.chat.postMessage({ channel, text: "0" });
    for (let edit = 0; edit < 50; edit += 1) {
      await web.chat.update({ channel, ts, text: String(edit) });
    }
    const more = () => web.chat.update({ channel, ts, text: "more" });
    await expect(more()).rejects.toMatchObject({ retryAfter: 2 });
    await clock.advance(1200);
    await more();
  });
});
