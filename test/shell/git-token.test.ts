import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { commit, createFixture, git, never } from "./git-fixture.ts";
import type { Fixture } from "./git-fixture.ts";
import { gitPort } from "./git-rescue-fixture.ts";

const token = "token-of-the-hub";

/** The fixture's remote over https; it wants the token, and notes who asked with what. */
async function serve(fixture: Fixture): Promise<{ address: string; seen: Set<string> }> {
  const [key, certificate] = ["key.pem", "cert.pem"].map((name) => join(fixture.root, name));
  const options = [
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "1",
    "-subj",
    "/CN=localhost",
  ];
  const files = ["-keyout", key ?? "", "-out", certificate ?? ""];
  execFileSync("openssl", ["req", ...options, ...files], { stdio: "ignore" });
  const seen = new Set<string>();
  const server = createServer(
    { key: readFileSync(key ?? ""), cert: readFileSync(certificate ?? "") },
    (request, response) => {
      const given = request.headers.authorization ?? "nothing";
      seen.add(given.replace(/^Basic (.*)$/, (_, text: string) => atob(text)));
      if (given === "nothing") {
        response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      } else answer(fixture, request, response);
    },
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { address: `https://localhost:${String(port)}/remote.git`, seen };
}

/** Git's own server program, run as CGI. */
function answer(fixture: Fixture, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "https://localhost");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: fixture.root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      REMOTE_USER: "x-access-token",
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  backend.on("close", () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf("\r\n\r\n");
    for (const line of all.subarray(0, end).toString().split("\r\n")) {
      const [name = "", value = ""] = line.split(": ");
      if (name === "Status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(all.subarray(end + 4));
  });
}

describe("the token", () => {
  const access = { protocols: "https", token };
  const trusting = { GIT_SSL_NO_VERIFY: "1" };

  it("opens the repository for a clone and a push, and is left nowhere", async () => {
    const fixture = createFixture(trusting);
    git(fixture.remote, "config", "http.receivepack", "true");
    const { address, seen } = await serve(fixture);
    const place = fixture.place("one");
    await gitPort.clone(place, fixture.request({ repository: address, access }), never);
    const head = commit(place.path, { "a.txt": "mine\n" });
    const push = { branch: "thopter/rescue/x", access };
    await gitPort.pushRescue({ ...place, repository: address }, push, never);
    expect(git(fixture.remote, "rev-parse", "refs/heads/thopter/rescue/x")).toBe(head);
    expect([...seen].toSorted()).toEqual(["nothing", `x-access-token:${token}`]);
    expect(git(place.path, "remote", "get-url", "origin")).toBe(address);
    const found = await fixture.shell.run(["grep", "-r", token, fixture.root], { timeoutMs: 9000 });
    expect(found.exitCode).toBe(1);
  });

  it("does not go to a repository that only the clone names", async () => {
    const fixture = createFixture(trusting);
    const { address, seen } = await serve(fixture);
    const place = fixture.place("one");
    await gitPort.clone(place, fixture.request(), never);
    commit(place.path, { "a.txt": "mine\n" });
    git(place.path, "remote", "set-url", "origin", address);
    const push = { branch: "thopter/rescue/x", access };
    await expect(gitPort.pushRescue(place, push, never)).rejects.toMatchObject({
      name: "ProviderError",
      kind: "permanent",
    });
    expect([...seen]).toEqual(["nothing"]);
  });

  it("is asked for in words where it is missing", async () => {
    const fixture = createFixture(trusting);
    const { address } = await serve(fixture);
    const request = fixture.request({ repository: address, access: { protocols: "https" } });
    const cloning = gitPort.clone(fixture.place("one"), request, never);
    await expect(cloning).rejects.toThrow(UserError);
    await expect(cloning).rejects.toThrow(/Check the address, and that GITHUB_TOKEN may read it./);
  });
});
