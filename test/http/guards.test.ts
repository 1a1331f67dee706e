import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import { StoreUnavailableError, UserError, userErrorCodes } from "../../src/core/errors.ts";
import { createHostGuard } from "../../src/http/host-guard.ts";
import { startTestHub } from "./test-hub.ts";
import type { TestHub } from "./test-hub.ts";

type Answer = { status: number; type: string; body: string };

type RawRequest = { path: string; headers: Record<string, string>; chunks?: string[] };

/** A request whose Host is not what fetch would send. */
function rawRequest(hub: TestHub, request: RawRequest): Promise<Answer> {
  const { path, headers, chunks = [] } = request;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port: hub.port,
        path,
        method: chunks.length > 0 ? "POST" : "GET",
        headers: { authorization: "Bearer operator", ...headers },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            type: String(response.headers["content-type"]),
            body,
          }),
        );
      },
    );
    sent.on("error", reject);
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });
}

describe("Host and Origin", () => {
  it("refuse every name that is not the hub's, on every route", async () => {
    const hub = await startTestHub();
    for (const path of ["/health", "/mcp", "/api/events", "/nowhere"]) {
      for (const host of [
        "evil.example.com",
        `evil.example.com:${String(hub.port)}`,
        "127.0.0.1:1",
        `127.0.0.1.evil.com:${String(hub.port)}`,
        "a b",
      ]) {
        const { status, type, body } = await rawRequest(hub, { path, headers: { host } });
        expect([400, 403], `${path} ${host}`).toContain(status);
        expect(type, `${path} ${host}`).toContain("json");
        expect(JSON.parse(body)).toHaveProperty("error.message");
      }
      for (const origin of [
        "http://evil.example.com",
        "null",
        `https://127.0.0.1:${String(hub.port)}`,
      ]) {
        const response = await hub.request(path, { token: "operator", headers: { origin } });
        expect(response.status, `${path} ${origin}`).toBe(403);
      }
    }
  });

  it("pass loopback names with the real port", async () => {
    const hub = await startTestHub();
    for (const name of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"]) {
      const host = `${name}:${String(hub.port)}`;
      const { status } = await rawRequest(hub, {
        path: "/health",
        headers: { host, origin: `http://${host}` },
      });
      expect(status, host).toBe(200);
    }
  });

  it("pass the public URL, with and without its standard port", () => {
    const guard = createHostGuard({
      host: "0.0.0.0",
      port: 7777,
      publicUrl: "https://hub.example.com/x",
    });
    const check = (host: string, origin?: string): string | undefined =>
      guard(new Headers(origin === undefined ? { host } : { host, origin }));
    expect(check("hub.example.com")).toBeUndefined();
    expect(check("hub.example.com", "https://hub.example.com")).toBeUndefined();
    expect(check("hub.example.com", "http://hub.example.com")).toContain(
      "only this hub's own pages",
    );
    expect(check("hub.example.com:7777")).toContain("THOPTER_PUBLIC_URL");
    expect(check("localhost:7777")).toBeUndefined();
    expect(check("localhost")).toContain("Cannot answer for the host");
    expect(guard(new Headers())).toContain("Cannot answer for the host");
  });
});

describe("bodies", () => {
  const large = "x".repeat(1024 * 1024 + 1);

  it("are refused when they are too large, announced or not", async () => {
    const hub = await startTestHub();
    for (const [path, expected] of [
      ["/mcp", { jsonrpc: "2.0", id: null, error: { code: -32_000 } }],
      ["/api/status", { error: { code: "invalid" } }],
    ] as const) {
      const announced = await hub.request(path, { method: "POST", token: "operator", body: large });
      expect(announced.status).toBe(413);
      expect(await announced.json()).toMatchObject(expected);
      const streamed = await rawRequest(hub, {
        path,
        headers: { host: `127.0.0.1:${String(hub.port)}`, "transfer-encoding": "chunked" },
        chunks: [large.slice(0, 600_000), large.slice(0, 600_000)],
      });
      expect(streamed.status).toBe(413);
      expect(JSON.parse(streamed.body)).toMatchObject(expected);
    }
    expect((await hub.request("/health", { token: "operator" })).status).toBe(200);
  });

  it("are refused with JSON when they are no JSON", async () => {
    const hub = await startTestHub();
    for (const body of ["", "{", "<html>", Buffer.from([0xff, 0xfe])]) {
      const response = await hub.request("/api/status", {
        method: "POST",
        token: "operator",
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "invalid" } });
    }
  });

  it("are refused with the name of what a route does not take", async () => {
    const hub = await startTestHub();
    const { status, body } = await hub.api("getThopter", { thopter: "a", depth: 1 });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain("depth");
  });
});

describe("errors", () => {
  it("have the status of their kind", async () => {
    const hub = await startTestHub();
    const statuses: Record<string, number> = {};
    for (const code of userErrorCodes) {
      hub.fleet.failure = new UserError(`Cannot: ${code}.`, { code });
      const { status, body } = await hub.api("status", {});
      expect(body).toEqual({ error: { code, message: `Cannot: ${code}.` } });
      statuses[code] = status;
    }
    expect(statuses).toEqual({
      invalid: 400,
      unauthenticated: 401,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      full: 429,
      unavailable: 503,
    });
  });

  it("hide what was not written for callers", async () => {
    const hub = await startTestHub();
    hub.fleet.failure = new Error("password=hunter2");
    expect(await hub.api("status", {})).toEqual({
      status: 500,
      body: {
        error: {
          code: "internal",
          message: "Cannot finish the request: internal error, see the hub's log with id report-1.",
        },
      },
    });
    hub.fleet.failure = new StoreUnavailableError("ENOSPC /data/db");
    const { status, body } = await hub.api("status", {});
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain("/data/db");
    expect(hub.reports).toHaveLength(2);
  });

  it("are JSON for routes that do not exist and methods that do not fit", async () => {
    const hub = await startTestHub();
    for (const [method, path, status] of [
      ["GET", "/nowhere", 404],
      ["GET", "/api/status", 404],
      ["PUT", "/mcp", 405],
      ["POST", "/api/authenticate", 404],
      ["POST", "/api/__proto__", 404],
    ] as const) {
      const response = await hub.request(path, { method, token: "operator" });
      expect(response.status, path).toBe(status);
      expect(await response.json()).toHaveProperty("error.message");
    }
    expect(hub.reports).toEqual([]);
  });

  it("say so when the port is taken", async () => {
    const hub = await startTestHub();
    await expect(startTestHub({ port: hub.port })).rejects.toThrow(
      /Cannot listen on 127\.0\.0\.1:.*THOPTER_PORT/,
    );
  });
});
