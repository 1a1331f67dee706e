import { describe, expect, it } from "vitest";
import type { SentRequest } from "../../../src/simulators/slack/delivery.ts";
import { running } from "./bolt-app.ts";

const form = "application/x-www-form-urlencoded";

async function target() {
  let times = 0;
  const { simulator } = await running("http", (app) => {
    app.command("/thopter", async ({ ack }) => {
      times += 1;
      await ack();
    });
  });
  const { delivery } = await simulator.as("lead").command("/thopter", "list");
  const request = delivery?.request;
  if (request === undefined) throw new Error("nothing was sent");
  const { url, body } = request;
  const statusOf = async (sent: SentRequest) => (await simulator.raw(sent)).status;
  return { simulator, request, url, body, statusOf, times: () => times };
}

describe("what is not from Slack", () => {
  it("has no signature, or another's, or one of another body", async () => {
    const { simulator, request, body, statusOf, times } = await target();
    const { "x-slack-signature": _gone, ...unsigned } = request.headers;
    expect(await statusOf({ ...request, headers: unsigned })).toBe(401);
    const wrong = { ...request.headers, "x-slack-signature": `v0=${"0".repeat(64)}` };
    expect(await statusOf({ ...request, headers: wrong })).toBe(401);
    expect(await statusOf({ ...request, body: `${body}&text=destroy` })).toBe(401);
    expect(times()).toBe(1);
    expect(simulator.deliveries()).toHaveLength(1);
  });

  it("is old", async () => {
    const { simulator, url, body, statusOf } = await target();
    const now = Math.floor(Date.now() / 1000);
    const old = simulator.sign({ url, body, contentType: form, atSeconds: now - 400 });
    expect(await statusOf(old)).toBe(401);
  });

  it("is in the future, or comes a second time: Bolt alone lets both pass", async () => {
    const { simulator, request, url, body, statusOf, times } = await target();
    const soon = Math.floor(Date.now() / 1000) + 86_400;
    const future = simulator.sign({ url, body, contentType: form, atSeconds: soon });
    expect(await statusOf(future)).toBe(200);
    expect(await statusOf(request)).toBe(200);
    expect(times()).toBe(3);
  });

  it("asks for TLS and smuggles a command: that is not heard", async () => {
    const { url, body, statusOf, times } = await target();
    const headers = { "content-type": form };
    expect(await statusOf({ url, headers, body: `ssl_check=1&${body}` })).toBe(200);
    expect(times()).toBe(1);
  });

  it("has a charset Slack does not send, or no sense", async () => {
    const { simulator, url, body, statusOf, times } = await target();
    const contentType = `${form}; charset=utf-8`;
    expect(await statusOf(simulator.sign({ url, body, contentType }))).toBe(400);
    const nonsense = simulator.sign({ url, body: "{", contentType: "application/json" });
    expect(await statusOf(nonsense)).toBe(400);
    expect(times()).toBe(1);
  });
});

it("a request URL answers its challenge", async () => {
  const { simulator, url } = await target();
  const body = JSON.stringify({ type: "url_verification", challenge: "abc", token: "unused" });
  const answer = await simulator.raw(
    simulator.sign({ url, body, contentType: "application/json" }),
  );
  expect(JSON.parse(answer.body)).toEqual({ challenge: "abc" });
});
