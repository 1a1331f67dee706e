import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type StandInComment = {
  login: string | null;
  at: string;
  body: string | null;
  path?: string;
  line?: number | null;
};

export type StandInIssue = {
  title?: string;
  state?: string;
  login?: string | null;
  labels?: (string | { name: string })[];
  body?: string | null;
  comments?: StandInComment[];
  pull?: { base: string; head: string; merged?: boolean; draft?: boolean };
  reviews?: StandInComment[];
};

/** Answers in place of what is there. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void;

/** As much of GitHub's REST API as reading issues takes, over real HTTP on this machine. */
export type GitHubStandIn = {
  url: string;
  /** By "owner/name#number"; whatever repository has one exists. */
  issues: Map<string, StandInIssue>;
  /** The token that sees them. */
  token: string;
  /** Every request by its path and query. */
  asked: string[];
  /** What each request had in its authorization header. */
  logins: (string | undefined)[];
  /** Takes the place of each answer whose path holds this; taken out when used up. */
  faults: { path: string; times: number; fault: Fault }[];
};

export async function startGitHub(token = "token-of-the-test-5f1c"): Promise<GitHubStandIn> {
  const standIn: GitHubStandIn = {
    ...{ url: "", issues: new Map(), token, asked: [], logins: [], faults: [] },
  };
  const server = createServer((request, response) => answer(standIn, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // It listens on a port of its own.
  const { port } = server.address() as AddressInfo;
  standIn.url = `http://127.0.0.1:${port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return standIn;
}

export function status(code: number, headers: Record<string, string> = {}, body = "{}"): Fault {
  return (_request, response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(body);
  };
}

/** Never answers. */
export const silence: Fault = () => undefined;

function answer(hub: GitHubStandIn, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", hub.url);
  hub.asked.push(`${url.pathname}${url.search}`);
  hub.logins.push(request.headers.authorization);
  const index = hub.faults.findIndex(({ path }) => url.pathname.includes(path));
  const found = hub.faults[index];
  if (found !== undefined) {
    found.times -= 1;
    if (found.times <= 0) hub.faults.splice(index, 1);
    return found.fault(request, response);
  }
  const send = (code: number, data: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(code, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(JSON.stringify(data));
  };
  const missing = { message: "Not Found", documentation_url: "https://docs.github.com/rest" };
  if (request.headers.authorization !== `Bearer ${hub.token}`) {
    return send(401, { message: "Bad credentials" });
  }
  const [, repos, owner, name, kind, number, comments] = url.pathname.split("/");
  const repository = `${owner}/${name}`.toLowerCase();
  const exists = [...hub.issues.keys()].some((key) =>
    key.toLowerCase().startsWith(`${repository}#`),
  );
  if (repos !== "repos" || !exists) return send(404, missing);
  if (kind === undefined) return send(200, { full_name: repository });
  const issue = hub.issues.get(`${repository}#${number}`);
  if (issue === undefined) return send(404, missing);
  const all = kind === "issues" ? (issue.comments ?? []) : (issue.reviews ?? []);
  if (comments === "comments") return sendPage(hub, { url, all, send });
  if (kind === "issues") return send(200, issueOf(issue));
  if (issue.pull === undefined) return send(404, missing);
  send(200, pullOf(issue, issue.pull));
}

type Page = {
  url: URL;
  all: readonly StandInComment[];
  send: (code: number, data: unknown, headers?: Record<string, string>) => void;
};

function sendPage(hub: GitHubStandIn, { url, all, send }: Page): void {
  const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
  const page = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const sorted = url.searchParams.get("direction") === "desc" ? all.toReversed() : all;
  const link = (number: number, rel: string): string => {
    const address = new URL(`${url.pathname}${url.search}`, hub.url);
    address.searchParams.set("page", String(number));
    return `<${address.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
  ];
  const items = sorted.slice((page - 1) * size, page * size).map(commentOf);
  send(200, items, links.length === 0 ? {} : { link: links.join(", ") });
}

function userOf(login: string | null | undefined): { login: string } | null {
  return login === null ? null : { login: login ?? "octo" };
}

function issueOf(issue: StandInIssue): unknown {
  const { title = "A title", state = "open", labels = [], body = "A body" } = issue;
  return {
    ...{ id: 1, node_id: "x", title, state, body, labels },
    user: userOf(issue.login),
    comments: issue.comments?.length ?? 0,
    ...(issue.pull === undefined ? {} : { pull_request: { url: "https://example.com" } }),
  };
}

function pullOf(
  issue: StandInIssue,
  { base, head, merged, draft }: NonNullable<StandInIssue["pull"]>,
) {
  return {
    base: { ref: base },
    head: { ref: head, label: `someone:${head}` },
    ...{ merged: merged ?? false, draft: draft ?? false },
    review_comments: issue.reviews?.length ?? 0,
  };
}

function commentOf({ login, at, body, path, line }: StandInComment): unknown {
  const place = path === undefined ? {} : { path, line: line ?? null };
  return { user: userOf(login), created_at: at, body, ...place };
}

/** So many comments, a minute apart, with these words and their number. */
export function manyComments(count: number, words = "comment"): StandInComment[] {
  return Array.from({ length: count }, (_, index) => ({
    login: "ann",
    at: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
    body: `${words} ${index + 1}`,
  }));
}
