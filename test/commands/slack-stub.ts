import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Call = { method: string; args: Record<string, string> };
export type Stub = {
  apiUrl: string;
  calls: Call[];
  /** What was posted to response URLs. */
  responses: { path: string; content: Record<string, unknown> }[];
  /** Gives an address that answers may be posted to. */
  responseUrl(name: string): string;
  users: Map<string, Record<string, unknown>>;
  groups: Map<string, string[]>;
  /** Methods, or methods and a channel, that answer with this error; "hang up" ends the connection. */
  faults: Map<string, string>;
  called(method: string): Call[];
};

export const team = "T01";
const botUser = "UBOT";

/** A user of the workspace as `users.info` shows one. */
export function member(id: string, patch: Record<string, unknown> = {}): Record<string, unknown> {
  const flags = { deleted: false, is_bot: false, is_restricted: false, is_ultra_restricted: false };
  return { id, team_id: team, name: id.toLowerCase(), real_name: `Real ${id}`, ...flags, ...patch };
}

/** The smallest Web API that the receiving side can do with. */
export async function startStub(): Promise<Stub> {
  const stub: Omit<Stub, "apiUrl" | "responseUrl"> = {
    calls: [],
    responses: [],
    users: new Map(["UANN", "UBEN", "UADA"].map((id) => [id, member(id)])),
    groups: new Map(),
    faults: new Map(),
    called: (method) => stub.calls.filter((call) => call.method === method),
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => answer(stub, { request, response, body }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(stub, {
    apiUrl: `${base}/api/`,
    responseUrl: (name: string) => `${base}/response/${name}`,
  });
}

type Exchange = { request: IncomingMessage; response: ServerResponse; body: string };

function answer(
  stub: Pick<Stub, "calls" | "responses" | "users" | "groups" | "faults">,
  { request, response, body }: Exchange,
): void {
  const path = request.url ?? "";
  if (path.startsWith("/response/")) {
    const fault = stub.faults.get("response");
    if (fault !== undefined) return void response.writeHead(404).end(fault);
    // What we sent ourselves is an object.
    const content = JSON.parse(body) as Record<string, unknown>;
    stub.responses.push({ path: path.slice("/response/".length), content });
    return void response.end("ok");
  }
  const method = path.slice("/api/".length);
  const args = Object.fromEntries(new URLSearchParams(body));
  stub.calls.push({ method, args });
  const toPlace = stub.faults.get(`${method} ${args["channel"] ?? ""}`);
  const fault = toPlace ?? stub.faults.get(method) ?? stub.faults.get("*");
  if (fault === "hang up") return void request.socket.destroy();
  if (fault === "429") return void response.writeHead(429, { "retry-after": "30" }).end();
  const content = fault === undefined ? reply(stub, method, args) : { ok: false, error: fault };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(content));
}

function reply(
  { users, groups }: Pick<Stub, "users" | "groups">,
  method: string,
  args: Record<string, string>,
): Record<string, unknown> {
  switch (method) {
    case "auth.test":
      return { ok: true, team_id: team, team: "Team", user_id: botUser, bot_id: "B01" };
    case "users.info": {
      const user = users.get(args["user"] ?? "");
      return user === undefined ? { ok: false, error: "user_not_found" } : { ok: true, user };
    }
    case "usergroups.users.list": {
      const members = groups.get(args["usergroup"] ?? "");
      return members === undefined
        ? { ok: false, error: "no_such_subteam" }
        : { ok: true, users: members };
    }
    case "views.open":
    case "views.push":
    case "views.update":
      return { ok: true, view: { id: "V01" } };
    default:
      return { ok: true, channel: args["channel"], ts: "1.0", message_ts: "1.0" };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Signs a body as Slack does. */
export function signature(secret: string, body: string, atSeconds: number): Record<string, string> {
  const digest = createHmac("sha256", secret)
    .update(`v0:${String(atSeconds)}:${body}`)
    .digest("hex");
  return {
    "x-slack-request-timestamp": String(atSeconds),
    "x-slack-signature": `v0=${digest}`,
  };
}
