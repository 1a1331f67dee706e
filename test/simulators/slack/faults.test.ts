import { WebClient } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/simulators/slack/faults.ts";
import { createManualClock } from "../../manual-clock.ts";
import { quiet, running, simulated } from "./bolt-app.ts";

async function faulty() {
  const clock = createManualClock(Date.now());
  const { simulator, url } = await simulated({ clock });
  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${url}/control${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
    });
  const web = new WebClient(simulator.secrets.botToken, {
    ...{
      slackApiUrl: `${url}/api/`,
      logger: quiet,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
    timeout: 500,
  });
  const channel = simulator.workspace.channel("fleet").id;
  const post = () => web.chat.postMessage({ channel, text: "x" });
  return { clock, simulator, control, web, post, url };
}

describe("a method can be made to", () => {
  const method = "chat.postMessage";
  const cases: [string, Fault, Record<string, unknown>][] = [
    [
      "refuse",
      { method, kind: "error", error: "internal_error" },
      { data: { error: "internal_error" } },
    ],
    ["be busy", { method, kind: "rate", retryAfterSeconds: 30 }, { retryAfter: 30 }],
    ["break", { method: "*", kind: "status", status: 502 }, { statusCode: 502 }],
    ["cut the connection", { method, kind: "reset" }, { code: "slack_webapi_request_error" }],
    ["say nothing", { method, kind: "hang" }, { code: "slack_webapi_request_error" }],
  ];
  it.each(cases)("%s, once", async (_name, fault, expected) => {
    const { post, control, simulator } = await faulty();
    await control("POST", "/faults", { ...fault, times: 1 });
    await expect(post()).rejects.toMatchObject(expected);
    expect(simulator.messages("fleet")).toEqual([]);
    await post();
    expect(simulator.messages("fleet")).toHaveLength(1);
  });

  it("do it, and lose the answer", async () => {
    const { post, simulator } = await faulty();
    simulator.faults.add({ method, kind: "reset", committed: true, times: 1 });
    await expect(post()).rejects.toThrow("fetch failed");
    expect(simulator.messages("fleet")).toHaveLength(1);
  });

  it("refuse for a time, or be late", async () => {
    const { post, clock, simulator } = await faulty();
    simulator.faults.add({ method, kind: "error", error: "team_added_to_org", forMs: 5000 });
    await expect(post()).rejects.toThrow("team_added_to_org");
    await clock.advance(5000);
    await post();
    simulator.faults.add({ method, kind: "slow", delayMs: 200 });
    const late = post();
    await expect.poll(() => simulator.calls(method).length).toBe(3);
    await clock.advance(200);
    await late;
  });
});

it("an outage stops everything until it is over", async () => {
  const heard: string[] = [];
  const { simulator, app } = await running("socket", (bolt) => {
    bolt.command("/thopter", async ({ ack, command }) => {
      heard.push(command.text);
      await ack();
    });
  });
  const connections = () => simulator.sockets.count();
  simulator.down();
  await expect.poll(connections).toBe(0);
  const lead = simulator.as("lead");
  expect((await lead.command("/thopter", "during")).trouble).toBe("slack_is_down");
  await expect(app.client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
  simulator.up();
  await app.client.auth.test();
  await expect.poll(connections, { timeout: 10_000 }).toBe(1);
  await lead.command("/thopter", "after");
  expect(heard).toEqual(["after"]);
});

it("the control endpoint shows what happened and closes connections", async () => {
  const { control, simulator, post } = await faulty();
  expect((await control("POST", "/faults", { kind: "unheard-of" })).status).toBe(400);
  await control("POST", "/down");
  await expect(post()).rejects.toMatchObject({ statusCode: 503 });
  await control("POST", "/up");
  await control("POST", "/faults", { method: "*", kind: "error" });
  await control("DELETE", "/faults");
  await post();
  const calls: unknown = await (await control("GET", "/calls")).json();
  expect(calls).toMatchObject([{ status: 503 }, { status: 200, args: { text: "x" } }]);
  expect(await (await control("GET", "/state")).json()).toEqual({ connections: 0 });
  expect((await control("POST", "/sockets/disconnect", { which: "none" })).status).toBe(400);
  expect((await control("POST", "/sockets/disconnect", { which: "all" })).status).toBe(200);
  expect((await control("POST", "/sockets/drop")).status).toBe(200);
  expect((await control("POST", "/deliver-to", { target: "ftp://a" })).status).toBe(400);
  expect((await control("POST", "/deliver-to", { target: "http://127.0.0.1:1" })).status).toBe(200);
  const failed = await simulator.as("lead").command("/thopter");
  expect(failed.delivery?.outcome).toMatchObject({ reason: "connection_failed" });
  expect(simulator.shown()).toHaveLength(1);
});
