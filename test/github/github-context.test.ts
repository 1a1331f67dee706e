import { describe, expect, it } from "vitest";
import { findContextLinks } from "../../src/core/context-link.ts";
import type { ContextLink } from "../../src/core/context-link.ts";
import { ProviderError, UserError } from "../../src/core/errors.ts";
import { createGitHubContext } from "../../src/github/github-context.ts";
import type { GitHubContextOptions } from "../../src/github/github-context.ts";
import { manyComments, silence, startGitHub, status } from "./github-stand-in.ts";
import type { GitHubStandIn } from "./github-stand-in.ts";

const now = Date.UTC(2026, 0, 1);
const never = new AbortController().signal;

function linkTo(path: string): ContextLink {
  const [link] = findContextLinks(`https://github.com/${path}`);
  if (link === undefined) throw new Error(`"${path}" is no link`);
  return link;
}

function reader(github: GitHubStandIn, options: Partial<GitHubContextOptions> = {}) {
  const source = createGitHubContext({
    ...{ token: github.token, url: github.url, clock: { now: () => now } },
    newSecret: () => "fence",
    ...options,
  });
  return (path: string, signal = never) => source.read(linkTo(path), signal);
}

async function failureOf(read: Promise<unknown>): Promise<UserError | ProviderError> {
  const error = await read.then(
    () => new Error("It did not fail"),
    (failure: unknown) => failure,
  );
  if (error instanceof UserError || error instanceof ProviderError) return error;
  throw error;
}

describe("an issue", () => {
  it("is read with what stands there", async () => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {
      ...{ title: "It squeaks", state: "closed", login: "ben", body: "Oil it." },
      labels: ["bug", { name: "hinge" }],
      comments: [{ login: null, at: "2026-01-02T00:00:00Z", body: null }],
    });
    expect(await reader(github)("owner/gate/issues/5")).toEqual({
      ...{ kind: "issue", title: "It squeaks", state: "closed", author: "@ben", body: "Oil it." },
      labels: ["bug", "hinge"],
      comments: [{ author: "someone who is gone", at: "2026-01-02T00:00:00Z", text: "" }],
      olderComments: 0,
    });
    expect(new Set(github.logins)).toEqual(new Set([`Bearer ${github.token}`]));
  });

  it.each([
    [100, 1],
    [101, 2],
    [200, 2],
    [250, 3],
    [1234, 3],
  ])("with %i comments keeps the newest, in %i requests for them", async (count, requests) => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", { comments: manyComments(count) });
    const { comments, olderComments } = await reader(github)("owner/gate/issues/5");
    expect(comments[0]?.text).toBe(`comment ${count - 99}`);
    expect(comments.at(-1)?.text).toBe(`comment ${count}`);
    expect(comments).toHaveLength(100);
    expect(olderComments).toBe(count - 100);
    expect(github.asked.filter((path) => path.includes("/comments"))).toHaveLength(requests);
  });
});

describe("a pull request", () => {
  it("has its branches, and both kinds of comments in the order of time", async () => {
    const github = await startGitHub();
    github.issues.set("owner/gate#7", {
      pull: { base: "main", head: "hinge", draft: true },
      comments: [{ login: "ann", at: "2026-01-02T00:00:00Z", body: "second" }],
      reviews: [
        { login: "ben", at: "2026-01-01T00:00:00Z", body: "first", path: "src/a.ts", line: 3 },
        { login: "ben", at: "2026-01-03T00:00:00Z", body: "third", path: "src/b.ts", line: null },
      ],
    });
    // A number names one of them, whatever the address says.
    for (const path of ["owner/gate/pull/7", "owner/gate/issues/7"]) {
      const thread = await reader(github)(path);
      expect(thread).toMatchObject({ kind: "pull request", state: "draft", olderComments: 0 });
      expect(thread.branches).toEqual({ base: "main", head: "someone:hinge" });
      expect(thread.comments.map(({ text, place }) => [text, place])).toEqual([
        ["first", "src/a.ts:3"],
        ["second", undefined],
        ["third", "src/b.ts"],
      ]);
    }
    github.issues.set("owner/gate#8", {
      pull: { base: "main", head: "x", merged: true },
      comments: manyComments(70, "said"),
      reviews: manyComments(170, "reviewed").map((one) => ({ ...one, path: "a" })),
    });
    const busy = await reader(github)("owner/gate/pull/8");
    expect(busy).toMatchObject({ state: "merged", olderComments: 140 });
    expect(busy.comments).toHaveLength(100);
    expect(busy.comments.at(-1)?.text).toBe("reviewed 170");
  });
});

describe("what GitHub refuses", () => {
  const words = "Bad things said by the server";
  const body = JSON.stringify({ message: words });

  it.each([
    [401, {}, /^Cannot read .*issues\/5: .*GITHUB_TOKEN is wrong, or has expired/],
    [403, {}, /^Cannot read .*: the hub's token may not read it/],
    [410, {}, /^Cannot read .*/],
    [451, {}, /^Cannot read .*: GitHub answers 451/],
  ])("with %i is a person's to mend, in our own words", async (code, headers, pattern) => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {});
    github.faults.push({ path: "/issues/5", times: 1, fault: status(code, headers, body) });
    const error = await failureOf(reader(github)("owner/gate/issues/5"));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(pattern);
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain(words);
  });

  it("with 404 says whether the token sees the repository", async () => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {});
    const hidden = await failureOf(reader(github)("other/secret/issues/1"));
    expect(hidden).toMatchObject({ code: "not_found" });
    expect(hidden.message).toContain(
      "the hub's token does not see other/secret. Give GITHUB_TOKEN",
    );
    const missing = await failureOf(reader(github)("owner/gate/pull/6"));
    expect(missing.message).toContain("sees owner/gate, but no such issue or pull request there");
  });

  it.each([
    [429, { "retry-after": "7" }, 7000],
    [403, { "retry-after": "7" }, 7000],
    [403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 90) }, 90_000],
    [429, { "x-ratelimit-reset": String(now / 1000 - 90) }, 1000],
    [429, { "retry-after": new Date(now + 30_000).toUTCString() }, 30_000],
    [429, {}, 60_000],
    [429, { "retry-after": "soon" }, 60_000],
  ])("with %i and %o may be there later", async (code, headers, retryAfterMs) => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {});
    github.faults.push({ path: "/issues/5", times: 1, fault: status(code, headers, body) });
    const error = await failureOf(reader(github)("owner/gate/issues/5"));
    expect(error).toMatchObject({ kind: "rate_limit", retryable: true, retryAfterMs });
    expect(error.message).not.toContain(words);
    await expect(reader(github)("owner/gate/issues/5")).resolves.toBeDefined();
  });

  it.each([500, 502, 503])("with %i may be there later", async (code) => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", { comments: manyComments(3) });
    github.faults.push({ path: "/comments", times: 1, fault: status(code, {}, "<html>") });
    const error = await failureOf(reader(github)("owner/gate/issues/5"));
    expect(error).toMatchObject({ kind: "remote", retryable: true });
  });
});

describe("a GitHub that misbehaves", () => {
  it("and says nothing is given up, and may be there later", async () => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", { comments: manyComments(3) });
    for (const limits of [{ timeoutMs: 100 }, { readMs: 100 }]) {
      github.faults.push({ path: "/comments", times: 1, fault: silence });
      const error = await failureOf(reader(github, limits)("owner/gate/issues/5"));
      expect(error).toMatchObject({ kind: "remote", retryable: true });
      expect(error.message).toMatch(/^Cannot read https:.*issues\/5: /);
    }
    const gone = { ...github, url: "http://127.0.0.1:1" };
    const refused = await failureOf(reader(gone)("owner/gate/issues/5"));
    expect(refused).toMatchObject({ kind: "remote" });
  });

  it("is left at once by whoever stops waiting", async () => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {});
    const stop = new AbortController();
    const fault = (): void => stop.abort(new Error("the hub stops"));
    github.faults.push({ path: "/issues/5", times: 1, fault });
    await expect(reader(github)("owner/gate/issues/5", stop.signal)).rejects.toThrow(
      "the hub stops",
    );
  });

  it.each([
    ["no JSON", "<html>"],
    ["another thing", JSON.stringify({ title: 5, state: "open" })],
    ["nothing", ""],
    ["a list", "[]"],
  ])("and answers with %s fails with words", async (_what, body) => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {});
    github.faults.push({ path: "/issues/5", times: 1, fault: status(200, {}, body) });
    const error = await failureOf(reader(github)("owner/gate/issues/5"));
    expect(error).toMatchObject({ kind: "permanent" });
    expect(error.message).toContain("what is no issue or pull request");
  });

  it("and answers without end is cut off", async () => {
    const github = await startGitHub();
    github.issues.set("owner/gate#5", {});
    const chunk = Buffer.alloc(1024 * 1024, " ");
    github.faults.push({
      path: "/issues/5",
      times: 1,
      fault(_request, response) {
        response.writeHead(200, { "content-type": "application/json" });
        const pour = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", pour);
        pour();
      },
    });
    const error = await failureOf(reader(github)("owner/gate/issues/5"));
    expect(error.message).toContain("more than 16 MB");
  });

  it("and sends on is followed on its own host, and nowhere else", async () => {
    const github = await startGitHub();
    const other = await startGitHub();
    for (const one of [github, other]) one.issues.set("owner/gate#5", { title: "moved here" });
    const moved = (location: string) => status(301, { location });
    github.faults.push({
      ...{ path: "/repos/owner/old/issues/9", times: 1 },
      fault: moved("/repos/owner/gate/issues/5"),
    });
    await expect(reader(github)("owner/old/issues/9")).resolves.toMatchObject({
      title: "moved here",
    });
    github.faults.push({
      ...{ path: "/issues/5", times: 1 },
      fault: moved(`${other.url}/repos/owner/gate/issues/5`),
    });
    const error = await failureOf(reader(github)("owner/gate/issues/5"));
    expect(error.message).toContain("another host");
    expect(other.asked).toEqual([]);
    github.faults.push({
      ...{ path: "/issues/5", times: 50 },
      fault: moved("/repos/owner/gate/issues/5"),
    });
    await failureOf(reader(github)("owner/gate/issues/5"));
    expect(github.asked.length).toBeLessThan(15);
  });
});
