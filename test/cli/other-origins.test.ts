import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { findHub } from "../../src/cli/connection.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { nowhere, runHere } from "./run.ts";

type Seen = { url: string; seen: string[] };

/** Answers each request with this, and writes down what came with it. */
async function serverThat(status: number, location?: string): Promise<Seen> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    request.resume();
    response.writeHead(status, location === undefined ? {} : { location }).end("{}");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

it("a hub that sends on to another address gets no request sent there", async () => {
  const other = await serverThat(200);
  const hub = await serverThat(307, `${other.url}/api/provision`);
  const env = { ...nowhere(), THOPTER_URL: hub.url, THOPTER_TOKEN: "thp_person_of-no-use" };
  const ran = await runHere(env, "tell", "amber-falcon", "a secret word");
  expect(ran).toMatchObject({ code: 3, stdout: "" });
  expect(hub.seen).toHaveLength(1);
  expect(other.seen).toEqual([]);
});

it("the tokens of this machine's hub go to no other machine", async () => {
  const dataDirectory = temporaryDirectory();
  mkdirSync(dataDirectory, { recursive: true });
  for (const file of ["token", "agent-token"]) writeFileSync(join(dataDirectory, file), file);
  const at = (url: string, file: "token" | "agent-token" = "token") =>
    findHub({ dataDirectory, url }, file);
  await expect(at("https://hub.example.com")).rejects.toThrow(
    /^Cannot talk to the hub at https:\/\/hub\.example\.com: there is no token/,
  );
  await expect(at("http://127.0.0.1.example.com")).rejects.toThrow(/there is no token/);
  await expect(at("https://hub.example.com", "agent-token")).rejects.toThrow(/there is no token/);
  expect(await at("http://127.0.0.1:7777")).toMatchObject({ token: "token" });
  expect(await at("http://localhost:7777", "agent-token")).toMatchObject({ token: "agent-token" });
  // By the name that it runs under it is this machine's.
  const url = "https://hub.example.com";
  writeFileSync(join(dataDirectory, "hub.json"), JSON.stringify({ pid: process.pid, url }));
  expect(await at(url)).toMatchObject({ url, token: "token" });
});
