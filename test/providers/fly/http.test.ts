import { describe, expect, it } from "vitest";
import { z } from "zod";
import { causesOf } from "../../../src/core/errors.ts";
import { classify } from "../../../src/providers/fly/classify.ts";
import { createFlyHttp } from "../../../src/providers/fly/http.ts";
import { createSharedRead } from "../../../src/providers/fly/shared-read.ts";
import { createManualClock, settle } from "../../manual-clock.ts";
import { signal } from "./fly-harness.ts";

const token = "FlyV1 fm2_secret";

function httpWith(answer: (request: Request) => Response | Promise<Response>) {
  const clock = createManualClock();
  const requests: Request[] = [];
  const http = createFlyHttp({
    ...{ baseUrl: "http://fly.test/", token, clock },
    async fetch(request) {
      requests.push(request);
      return answer(request);
    },
  });
  const call = (method: "GET" | "POST", path = "/apps/fleet/machines") =>
    http.send(
      {
        ...{ doing: "try it", method, path, answer: z.object({ ok: z.boolean() }) },
        limit: { action: `any.${method}`, id: "fleet" },
      },
      signal,
    );
  return { clock, requests, call };
}

const ok = () => Response.json({ ok: true });

describe("a request to Fly", () => {
  it("carries the token in its header alone, and follows no redirection", async () => {
    const { call, requests } = httpWith(ok);
    await call("GET");
    const [request] = requests;
    expect(request?.headers.get("authorization")).toBe(`Bearer ${token}`);
    expect(request?.url).toBe("http://fly.test/v1/apps/fleet/machines");
    expect(request?.redirect).toBe("error");
  });

  it("sends the cookie back to where it came from, and nowhere else", async () => {
    const cookie = "fly_flaps_affinity=abc; Path=/v1/apps/fleet; HttpOnly";
    const { call, clock, requests } = httpWith(() =>
      Response.json({ ok: true }, { headers: { "set-cookie": cookie } }),
    );
    await call("POST");
    await call("POST");
    const other = call("POST", "/apps/fleet-2/machines");
    await clock.advance(2000);
    await other;
    const sent = requests.map((request) => request.headers.get("cookie"));
    expect(sent).toEqual([null, "fly_flaps_affinity=abc", null]);
  });

  it("waits for its turn before it is sent", async () => {
    const { call, clock, requests } = httpWith(ok);
    const all = Promise.all([1, 2, 3, 4].map(() => call("POST")));
    await settle();
    expect(requests).toHaveLength(2);
    await clock.advance(1000);
    expect(requests).toHaveLength(3);
    await clock.advance(1000);
    expect(await all).toHaveLength(4);
  });

  it("is repeated when it only reads, and not when it changes something", async () => {
    let fails = true;
    const flaky = () => {
      fails = !fails;
      return fails ? ok() : new Response("bad gateway", { status: 502 });
    };
    const { call, clock, requests } = httpWith(flaky);
    const read = call("GET");
    await settle();
    await clock.advance(1000);
    expect(await read).toEqual({ ok: true });
    expect(requests).toHaveLength(2);
    await expect(call("POST")).rejects.toMatchObject({ reason: "unavailable", isAmbiguous: true });
    expect(requests).toHaveLength(3);
  });

  it("is given up when no answer comes", async () => {
    const { call, clock } = httpWith(
      (request) =>
        new Promise((_resolve, reject) => {
          request.signal.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    );
    const lost = call("POST").catch((error: unknown) => error);
    await settle();
    await clock.advance(30_000);
    expect(await lost).toMatchObject({ reason: "timeout", kind: "transient" });
  });
});

describe("a failure", () => {
  it("names the request and what to do, keeps what Fly said, and never the token", async () => {
    const { call } = httpWith(() =>
      Response.json(
        { error: `token ${token} is not known\u001b[31m` },
        { status: 401, headers: { "fly-request-id": "01ABC-iad" } },
      ),
    );
    const error: unknown = await call("POST").catch((caught: unknown) => caught);
    const words = causesOf(error);
    expect(words[0]).toMatch(/^Cannot try it: .*FLY_API_TOKEN.*\(Fly request 01ABC-iad\)$/);
    expect(words[1]).toBe("Fly answered 401: token [token] is not known [31m");
    expect(words.join()).not.toContain("fm2_secret");
  });

  it("of an answer that is not understood may have been a success", async () => {
    const { call } = httpWith(() => Response.json({ ok: "perhaps" }));
    await expect(call("POST")).rejects.toMatchObject({ reason: "unreadable", isAmbiguous: true });
  });

  it("says when to come again where Fly does", async () => {
    const { call } = httpWith(
      () => new Response("rate limit exceeded", { status: 429, headers: { "retry-after": "7" } }),
    );
    await expect(call("POST")).rejects.toMatchObject({ kind: "rate_limit", retryAfterMs: 7000 });
  });
});

it.each([
  [422, { code: "insufficient_capacity", text: "" }, "region_full"],
  [412, { code: "volume_placement_capacity", text: "volume attached" }, "volume_host_full"],
  [
    409,
    { text: "aborted: could not reserve resource for machine: insufficient memory" },
    "host_full",
  ],
  [409, { text: "aborted: no capacity" }, "region_full"],
  [400, { text: "no capacity for volume" }, "region_full"],
  [403, { text: "over the allowed quota" }, "quota"],
  [403, { text: "unauthorized" }, "forbidden"],
  [409, { text: "failed to acquire lease: currently held" }, "lease_held"],
  [409, { text: "already_exists: unique machine name violation" }, "name_taken"],
  [409, { text: "aborted: machine update failed due to concurrent update" }, "version_conflict"],
  [412, { text: "failed_precondition: machine still active" }, "precondition"],
  [412, { text: "volume vol_1 is already attached" }, "volume_taken"],
  [408, { text: "deadline_exceeded" }, "timeout"],
  [404, { text: "" }, "not_found"],
  [429, { text: "rate limit exceeded" }, "rate_limit"],
  [503, { text: "no capacity" }, "unavailable"],
  [418, { text: "" }, "invalid"],
] as const)("an answer %i %j is %s", (status, body, reason) => {
  expect(classify(status, body)).toBe(reason);
});

it("a shared read answers all who asked before it was sent, and none who ask later", async () => {
  const sends: (() => void)[] = [];
  const answers: ((value: number) => void)[] = [];
  const read = createSharedRead<number>((onSend) => {
    sends.push(onSend);
    return new Promise((resolve) => answers.push(resolve));
  });
  const [first, second] = [read(), read()];
  sends[0]?.();
  const third = read();
  answers[0]?.(1);
  answers[1]?.(2);
  expect(await Promise.all([first, second, third])).toEqual([1, 1, 2]);
});
