import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { makeOperation, makeThopter } from "../core/records.ts";

/** Clears the screen, names the window, turns text round, and says what only the command line says. */
const attack = `\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u200b\r\n[exit 0] all is well\n${"x".repeat(15_000)}`;

/** What a hub decides about: poisoned as well only where everything is. */
const decided = new Set([
  ...["status", "kind", "outcome", "state", "lane", "answer", "role", "what", "next", "before"],
  ...["cursor", "token", "code", "front", "tokenId"],
]);

const now = Date.now();
const thopter = {
  ...makeThopter({ status: "ready", createdAt: now }),
  ...{ settled: true, ownerName: "ann", mine: true, ageMs: 1000, lastMessage: "done" },
  agentState: {
    status: "waiting",
    since: now,
    question: { text: "Which?", choices: ["Yes", "No"], hash: "3f9c" },
    limit: "much",
  },
  operation: { id: "op-1", kind: "provision", status: "running", progress: "clone: cloning" },
  work: { branch: "b", commitsAhead: 1, uncommittedFiles: 1, diffstat: "1 file changed" },
  template: { name: "bugfix", variables: { ticket: "42" } },
  labels: ["red"],
};
const operation = {
  ...makeOperation({
    status: "failed",
    steps: [
      { name: "rescue", status: "succeeded", startedAt: now, finishedAt: now, note: "saved" },
    ],
    stepNames: ["rescue"],
    reason: "over",
    error: { message: "broken", retryable: false, causes: ["git said no"] },
  }),
  explanation: "It has failed.",
};
const plan = {
  items: [
    {
      ...{ thopterId: "t-1", name: "calm-otter", ownerId: "ann", ownerName: "ann" },
      ...{ provider: "local", status: "ready", agentStatus: "idle", ageMs: 1, lineage: true },
      unsaved: { state: "yes", commits: 1, files: 1 },
    },
  ],
  ...{ force: false, reason: "over", madeAt: now },
};
const approval = {
  ...{ id: "ap-1", version: 1, status: "pending", plan, why: "unsaved", front: "cli" },
  ...{ requestedBy: { kind: "person", personId: "ann" }, deciders: ["ann"], createdAt: now },
  ...{ expiresAt: now + 60_000, operationIds: [], askedByName: "ann", mayDecide: true },
};
const status = {
  lanes: [{ lane: "destroy", running: 1, queued: 2, limit: 5, paused: true }],
  ...{ thopters: { used: 1, limit: 20 }, draining: true, accepting: false, pendingApprovals: 2 },
  breakers: [{ provider: "local", lane: "destroy", state: "open" }],
  thopterCounts: { [`ready${attack}`]: 1 },
  agentCounts: { idle: 1 },
  queue: [
    { operationId: "op-1", kind: "destroy", lane: "destroy", thopterName: "a", ahead: 1 },
  ].map((one) => ({ ...one, explanation: "It waits." })),
  running: [{ operationId: "op-1", kind: "destroy", thopterName: "a", step: "s", sinceMs: 1 }],
  unknownMachines: [{ provider: "local", machineId: "m", name: "n" }],
};
const person = { id: "ann", version: 1, name: "ann", role: "admin", createdAt: now };
const token = {
  ...{ id: "tk-1", kind: "person", label: "laptop", personId: "ann", personName: "ann" },
  ...{ role: "admin", readOnly: true, toolsets: ["run"], createdAt: now },
};
const identity = {
  ...{ id: "i-1", name: "mine", ownerId: "ann", ownerName: "ann", mine: true, shared: true },
  ...{ isDefault: true, isHubDefault: true, hasHome: true, variables: ["A_KEY"], updatedAt: now },
  logins: [{ variable: "A_KEY", addedAt: now, trouble: "expired" }],
  ...{ capturedFrom: "home", createdAt: now, updatedByName: "ann", leftOut: [] },
};
const repository = {
  ...{ id: "r-1", address: "owner/gate", trusted: true, trustedBySettings: true },
  variables: [{ name: "NPM_TOKEN", setAt: now, setByName: "ann" }],
  ...{ changedAt: now, changedByName: "ann" },
};
const template = {
  ...{ name: "bugfix", description: "Mends", text: "do it" },
  variables: [{ name: "ticket", description: "which", required: true }],
};
const rescue = {
  ...{
    id: "re-1",
    savedAt: now,
    commits: 1,
    uncommittedFiles: 1,
    bundlePath: "/b",
    thopterName: "a",
  },
  repository: "owner/gate",
};
const login = { code: "ABCD-EFGH", label: "laptop", address: "::1", askedAt: now, expiresAt: now };
const reading = {
  thopterName: "calm-otter",
  what: "diff",
  text: "@@ -1 +1 @@\n-a\n+b",
  truncated: true,
};

/** What each route answers, in its shape. */
const answers: Readonly<Record<string, unknown>> = {
  status,
  ...{ pause: status, resume: status, provision: { thopter, operation, outcome: "new" } },
  ...{ restore: { thopter, operation }, rescues: [rescue] },
  planDestroy: { plan, verdict: { answer: "ask", why: "unsaved" } },
  destroy: { outcome: "accepted", plan, operations: [operation] },
  listThopters: { items: [thopter] },
  ...{ getThopter: thopter, read: reading, tell: thopter, answer: thopter, extend: thopter },
  run: { exitCode: 0, stdout: "out", stderr: "err", truncated: true },
  ...{ renameThopter: thopter, labelThopter: thopter },
  waitForThopters: { done: true, thopters: [thopter] },
  ...{ getOperation: operation, listOperations: { items: [operation] } },
  ...{ cancelOperation: operation, retryOperation: operation },
  ...{ listApprovals: [approval], getApproval: approval },
  decide: { approval, operations: [operation] },
  audit: [
    {
      ...{ id: "au-1", version: 1, at: now, actor: { kind: "person", personId: "ann" } },
      ...{ front: "cli", action: "destroy", subject: "t-1", outcome: "refused", detail: "no" },
    },
  ],
  createToken: { token, secret: "thp_person_x" },
  ...{ listTokens: [token], revokeToken: token, listPeople: [person], setRole: person },
  whoAmI: { person, caller: { actor: { kind: "person", personId: "ann" }, role: "admin" } },
  createLinkCode: { code: "ABCD", expiresAt: now },
  ...{ lookAtLogin: login, denyLogin: login },
  approveLogin: { ...login, personName: "ann", role: "admin" },
  startLogin: { id: "l-1", code: "ABCD-EFGH", expiresInMs: 60_000 },
  collectLogin: {
    ...{ status: "approved", token: "thp_person_x", tokenId: "tk-1" },
    ...{ personName: "ann", role: "admin" },
  },
  listTemplates: {
    templates: [template],
    problems: [{ file: "a.md", line: 1, message: "broken" }],
  },
  ...{ getTemplate: template, renderTemplate: { text: "do it" } },
  ...{ listIdentities: [identity], getIdentity: identity, createIdentity: identity },
  ...{ deleteIdentity: { name: "mine" }, setDefaultIdentity: { name: "mine" } },
  checkIdentity: identity,
  ...{ listRepositories: [repository], showRepository: repository },
  ...{ setRepositoryVariables: repository, trustRepository: repository },
  deleteRepository: repository,
  restartAgent: { thopterName: "calm-otter", agentState: { status: "idle", since: now } },
  transcript: {
    thopterName: "calm-otter",
    entries: [{ at: now, role: "agent", text: "hello" }],
    before: "page-2",
  },
};

/** How it is hostile: in what it says, in what it decides as well, in refusals, or in their shape. */
export type Hostility = "words" | "everything" | "refusals" | { shape: unknown };

/** A hub that means harm, until the test is over. `asked` names the routes that were asked for. */
export async function startHostileHub(
  hostility: Hostility,
): Promise<{ url: string; asked: Set<string> }> {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const name = (request.url ?? "").replace(/^\/api\//, "").replace(/\?.*/, "");
    request.resume();
    if (name === "events") return sendEvents(response);
    asked.add(name);
    const isRefusal = hostility === "refusals";
    response.writeHead(isRefusal ? 409 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answerOf(name, hostility)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

/** One change, and that is the end of it. */
function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(`event: operation\ndata: ${JSON.stringify(attack)}\n\n`);
}

function answerOf(name: string, hostility: Hostility): unknown {
  if (hostility === "refusals") return { error: { code: "conflict", message: `No.${attack}` } };
  if (typeof hostility === "object") return hostility.shape;
  return poisoned(answers[name] ?? null, hostility === "everything");
}

function poisoned(value: unknown, all: boolean): unknown {
  if (typeof value === "string") return `${value}${attack}`;
  if (Array.isArray(value)) return value.map((one: unknown) => poisoned(one, all));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, one]) => {
    const isKept = !all && decided.has(key) && typeof one === "string";
    return [key, isKept ? one : poisoned(one, all)];
  });
  return Object.fromEntries(fields);
}
