import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { causesOf } from "../../../src/core/errors.ts";
import { createFlyHttp } from "../../../src/providers/fly/http.ts";
import { createManualClock, settle } from "../../manual-clock.ts";
import type { ManualClock } from "../../manual-clock.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { signal } from "./fly-harness.ts";

async function listen(server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  return (server.address() as AddressInfo).port;
}

function callsTo(baseUrl: string, clock: ManualClock) {
  const http = createFlyHttp({ baseUrl, token: "FlyV1 fm2_secret", clock });
  return (method: "GET" | "POST") =>
    http.send(
      {
        ...{ doing: "list the machines", method, path: "/apps/fleet/machines" },
        ...{ answer: z.object({ ok: z.boolean() }), limit: { action: method, id: "fleet" } },
      },
      signal,
    );
}

const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

/** Lets time pass until a call has ended. */
async function ended<T>(clock: ManualClock, call: Promise<T>): Promise<T> {
  let isOver = false;
  const over = call.finally(() => (isOver = true));
  over.catch(() => undefined);
  await expect
    .poll(async () => {
      await clock.advance(isOver ? 0 : 100);
      return isOver;
    })
    .toBe(true);
  return over;
}

const page =
  "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>";

async function behindProxy(answers: { status: number; text: string }[]) {
  let asked = 0;
  const server = createHttpServer((_request, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    response.writeHead(answer?.status ?? 500, { "content-type": "text/html" }).end(answer?.text);
  });
  const clock = createManualClock();
  const call = callsTo(`http://127.0.0.1:${String(await listen(server))}`, clock);
  return { clock, call, asked: () => asked };
}

describe("the error page of a proxy before Fly", () => {
  it("is asked past where nothing is done twice by that", async () => {
    const good = { status: 200, text: '{"ok":true}' };
    const { clock, call, asked } = await behindProxy([{ status: 502, text: page }, good]);
    expect(await ended(clock, call("GET"))).toEqual({ ok: true });
    expect(asked()).toBe(2);
  });

  it("is a fault that passes, in plain words, and is left to the engine where it may have been done", async () => {
    const { clock, call, asked } = await behindProxy([{ status: 502, text: page }]);
    const error = await ended(clock, caught(call("POST")));
    expect(asked()).toBe(1);
    expect(error).toMatchObject({ kind: "transient", retryable: true, isAmbiguous: true });
    expect(causesOf(error)).toEqual([
      expect.stringMatching(/^Cannot list the machines: Fly has a fault\. See https:/),
      'Fly answered 502: a page that says "502 Bad Gateway"',
    ]);
  });

  it("is no success even where it comes as one", async () => {
    const { clock, call } = await behindProxy([{ status: 200, text: "<p>Please log in</p>" }]);
    const error = await ended(clock, caught(call("POST")));
    expect(error).toMatchObject({ reason: "unreadable", kind: "transient" });
  });
});

describe("an address that is not Fly's", () => {
  it("gets no token: its certificate is refused", async () => {
    const directory = temporaryDirectory();
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const named = [
      "-subj",
      "/CN=api.machines.dev",
      "-addext",
      "subjectAltName=DNS:api.machines.dev",
    ];
    execFileSync(
      "openssl",
      [...made, "-nodes", "-keyout", key, "-out", cert, "-days", "1", ...named],
      { stdio: "ignore" },
    );
    let asked = 0;
    const keys = { key: readFileSync(key), cert: readFileSync(cert) };
    const server = createHttpsServer(keys, (_request, response) => {
      asked += 1;
      response.end('{"ok":true}');
    });
    const clock = createManualClock();
    const call = callsTo(`https://127.0.0.1:${String(await listen(server))}`, clock);
    const error = await ended(clock, caught(call("POST")));
    expect(error).toMatchObject({ reason: "unreachable", kind: "transient" });
    expect(causesOf(error).join()).toMatch(/self-signed certificate/);
    expect(asked).toBe(0);
  });
});

describe("an answer that does not come to its end", () => {
  it.each(["before it begins", "in the middle"])("is given up in time: %s", async (moment) => {
    let hasClosed = false;
    let hasCome = false;
    const server = createHttpServer((request, response) => {
      hasCome = true;
      request.socket.once("close", () => (hasClosed = true));
      if (moment === "in the middle") {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"ok":');
      }
    });
    const clock = createManualClock();
    const call = callsTo(`http://127.0.0.1:${String(await listen(server))}`, clock);
    const answer = caught(call("POST"));
    await expect.poll(() => hasCome).toBe(true);
    await settle();
    await clock.advance(30_000);
    expect(await answer).toMatchObject({ reason: "timeout", kind: "transient" });
    await expect.poll(() => hasClosed).toBe(true);
  });
});
