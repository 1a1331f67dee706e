import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { callers, startRig } from "../fleet/rig.ts";
import type { Rig } from "../fleet/rig.ts";
import { startTestHub } from "./test-hub.ts";
import type { TestHub } from "./test-hub.ts";

const verifier = "what only the asker knows";
const challenge = createHash("sha256").update(verifier).digest("hex");
const asked = { label: "ann@laptop", challenge };

type Desk = { rig: Rig; hub: TestHub; post: Post; /** How many collect now. */ waiting(): number };
type Post = (
  path: string,
  body: unknown,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>;

async function startDesk(): Promise<Desk> {
  const rig = await startRig();
  const { logins } = rig.fleet;
  let waiting = 0;
  const hub = await startTestHub({
    logins: {
      ...logins,
      collectLogin(request, signal) {
        waiting += 1;
        return logins.collectLogin(request, signal).finally(() => (waiting -= 1));
      },
    },
  });
  return {
    ...{ rig, hub, waiting: () => waiting },
    async post(path, body, headers = {}) {
      const response = await hub.request(path, {
        method: "POST",
        headers,
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      // Every answer of the hub is an object.
      const answer = (await response.json()) as Record<string, unknown>;
      return { status: response.status, body: answer, headers: response.headers };
    },
  };
}

describe("without a token", () => {
  it("a login is asked for, waited for and collected", async () => {
    const { rig, post } = await startDesk();
    const started = await post("/api/startLogin", asked);
    expect(started.status).toBe(200);
    const { id, code } = started.body as { id: string; code: string };
    expect(started.body).toEqual({ id, code, expiresInMs: 600_000 });
    expect(await rig.fleet.lookAtLogin(callers.ann, { code })).toMatchObject({
      address: "127.0.0.1",
    });
    const waiting = post("/api/collectLogin", { id, verifier, waitMs: 45_000 });
    await rig.fleet.approveLogin(callers.ann, { code });
    const { body, headers } = await waiting;
    expect(body).toMatchObject({ status: "approved", personName: "ann", role: "operator" });
    expect(headers.get("cache-control")).toBe("no-store");
    const again = await post("/api/collectLogin", { id, verifier, waitMs: 0 });
    expect(again).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  });

  it("nothing else is to be had, and a hub without logins has none", async () => {
    const { post } = await startDesk();
    for (const path of ["lookAtLogin", "approveLogin", "denyLogin", "startlogin", "startLogin/x"]) {
      expect((await post(`/api/${path}`, { code: "00000-00000" })).status, path).toBe(401);
    }
    const hub = await startTestHub();
    const { status } = await hub.request("/api/startLogin", { method: "POST", body: "{}" });
    expect(status).toBe(401);
  });

  it("a hostile body is refused, and costs nothing", async () => {
    const { rig, hub, post } = await startDesk();
    const collect = { id: "x", verifier, waitMs: 0 };
    for (const [path, body, status] of [
      ["startLogin", "", 400],
      ["startLogin", "{", 400],
      ["startLogin", "null", 400],
      ["startLogin", "[]", 400],
      ["startLogin", { ...asked, address: "10.0.0.1" }, 400],
      ["startLogin", { ...asked, label: 7 }, 400],
      ["startLogin", { ...asked, label: "x".repeat(501) }, 400],
      ["startLogin", { ...asked, challenge: "x".repeat(64) }, 400],
      ["startLogin", { ...asked, challenge: "A".repeat(64) }, 400],
      ["startLogin", { ...asked, challenge: [challenge] }, 400],
      ["startLogin", '{"__proto__":{"label":"x"}}', 400],
      ["startLogin", { ...asked, more: "x".repeat(5000) }, 413],
      ["collectLogin", { ...collect, waitMs: 45_001 }, 400],
      ["collectLogin", { ...collect, waitMs: -1 }, 400],
      ["collectLogin", { ...collect, waitMs: null }, 400],
      ["collectLogin", { ...collect, verifier: { $ne: "" } }, 400],
      ["collectLogin", { ...collect, verifier: "x".repeat(201) }, 400],
      ["collectLogin", { ...collect, id: "" }, 400],
      ["collectLogin", { ...collect, id: "__proto__" }, 404],
      ["collectLogin", collect, 404],
    ] as const) {
      const answer = await post(`/api/${path}`, body);
      expect(answer.status, JSON.stringify(body).slice(0, 100)).toBe(status);
      expect(answer.body).toHaveProperty("error.message");
    }
    expect((await hub.request("/api/startLogin", { method: "GET" })).status).toBe(401);
    expect(hub.reports).toEqual([]);
    expect(await rig.store.list("audit")).toEqual([]);
    // None of them takes one of the ten places of this address.
    for (let one = 0; one < 10; one += 1) {
      expect((await post("/api/startLogin", asked)).status).toBe(200);
    }
    expect(await post("/api/startLogin", asked)).toMatchObject({ status: 429 });
  });

  it("a page of another origin, or under another name, asks in vain", async () => {
    const { post } = await startDesk();
    for (const origin of ["http://evil.example.com", "null"]) {
      const refused = await post("/api/startLogin", asked, { origin });
      expect(refused).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    }
  });

  it("a request through a proxy of the hub's machine comes from where that one says", async () => {
    const { rig, post } = await startDesk();
    for (const [forwarded, address] of [
      ["10.9.9.9, 203.0.113.7", "203.0.113.7 (by a proxy on the hub's machine)"],
      ["2001:db8::1", "2001:db8::1 (by a proxy on the hub's machine)"],
      ["<script>", "127.0.0.1"],
      ["", "127.0.0.1"],
    ] as const) {
      const { body } = await post("/api/startLogin", asked, { "x-forwarded-for": forwarded });
      const code = String(body["code"]);
      expect(await rig.fleet.lookAtLogin(callers.ann, { code })).toMatchObject({ address });
    }
  });

  it("a wait ends with the hub", async () => {
    const { hub, post, waiting } = await startDesk();
    const { body } = await post("/api/startLogin", asked);
    const id = String(body["id"]);
    const collecting = post("/api/collectLogin", { id, verifier, waitMs: 45_000 });
    await expect.poll(waiting).toBe(1);
    await hub.stop();
    expect((await collecting).body).toEqual({ status: "pending" });
  });
});
