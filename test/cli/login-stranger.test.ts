import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { nowhere, runHere } from "./run.ts";

type Answer = { status?: number; body?: unknown; location?: string };

const started = { id: "an-id", code: "1a2b3-c4d5e", expiresInMs: 60_000 };
const approved = {
  ...{ status: "approved", token: "thp_person_x", tokenId: "t", personName: "ann", role: "viewer" },
};

/** Something at the address of a hub that answers these, the last of them for ever. */
async function stranger(...answers: readonly Answer[]): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const {
      status = 200,
      body,
      location,
    } = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    request.resume();
    response.writeHead(status, location === undefined ? {} : { location });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe("something that is no hub, or none to be trusted,", () => {
  it.each<{ name: string; answers: Answer[]; code: number; words: RegExp }>([
    {
      ...{ name: "an older hub", code: 7, words: /knows no logins/ },
      answers: [{ status: 401, body: refusal("unauthenticated", "No.") }],
    },
    {
      ...{ name: "a page", code: 1, words: /^Cannot understand the hub/ },
      answers: [{ body: "<html>" }],
    },
    {
      ...{ name: "a missing page", code: 7, words: /it answered 404/ },
      answers: [{ status: 404, body: "<html>" }],
    },
    {
      ...{ name: "a code that steers", code: 1, words: /its answer is none/ },
      answers: [{ body: { ...started, code: "\u001b[2J" } }],
    },
    {
      ...{ name: "a code for ever", code: 1, words: /its answer is none/ },
      answers: [{ body: { ...started, expiresInMs: 1e12 } }],
    },
    {
      ...{ name: "a token of two lines", code: 1, words: /its answer is none/ },
      answers: [{ body: started }, { body: { ...approved, token: "a\nb" } }],
    },
    {
      ...{ name: "another role", code: 1, words: /its answer is none/ },
      answers: [{ body: started }, { body: { ...approved, role: "king" } }],
    },
    {
      ...{ name: "words that steer", code: 6, words: /^Too many$/m },
      answers: [{ status: 429, body: refusal("full", "Too\u001b[31m many") }],
    },
  ])("such as $name, links nothing and steers nothing", async ({ answers, code, words }) => {
    const { url } = await stranger(...answers);
    const env = nowhere();
    const ran = await runHere(env, "login", url);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr).not.toContain("\u001b");
    expect(existsSync(join(env["THOPTER_DATA_DIR"] ?? "", "login.json"))).toBe(false);
  });

  it("cannot send what is secret elsewhere", async () => {
    const other = await stranger({ body: started });
    const { url } = await stranger({ status: 307, location: `${other.url}/api/startLogin` });
    expect(await runHere(nowhere(), "login", url)).toMatchObject({ code: 3, stdout: "" });
    expect(other.asked).toEqual([]);
  });

  it("has its names shown as text alone", async () => {
    const personName = "ann\u001b[31m\nLinked to somewhere else\u202e";
    const { url } = await stranger({ body: started }, { body: { ...approved, personName } });
    const ran = await runHere(nowhere(), "login", url);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toBe(
      `Linked to ${url} as ann Linked to somewhere else, with the role "viewer".\n`,
    );
  });

  it("is asked again where a proxy answers for a hub that is away", async () => {
    const away = { status: 502, body: "<html>Bad gateway" };
    const answers = [{ body: started }, away, away, { body: { status: "pending" } }];
    const { url, asked } = await stranger(...answers, { body: approved });
    const ran = await runHere(nowhere(), "login", url);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr.match(/does not answer now/g)).toHaveLength(1);
    expect(asked).toHaveLength(5);
  });

  it("is not waited for longer than the code counts", async () => {
    const brief = { ...started, expiresInMs: 200 };
    const { url } = await stranger({ body: brief }, { body: { status: "pending" } });
    const ran = await runHere(nowhere(), "login", url);
    expect(ran).toMatchObject({ code: 124, stdout: "" });
    expect(ran.stderr).toMatch(/has expired: nobody confirmed it in time\. Run it again/);
  });
});

function refusal(code: string, message: string): object {
  return { error: { code, message } };
}
