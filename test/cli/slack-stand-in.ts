import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Call = { method: string; token: string; body: Record<string, unknown> };

/** As much of Slack's Web API as setting up needs. */
export type SlackStandIn = {
  url: string;
  calls: Call[];
  /** What it answers to a method instead of yes. */
  answers: Map<string, { status?: number; headers?: Record<string, string>; body?: unknown }>;
};

export const tokens = {
  bot: "xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOp",
  app: "xapp-1-A111-222-0123456789abcdef",
  secret: "0123456789abcdef0123456789abcdef",
};

/** Starts it on a loopback port for the running test. */
export async function startSlackStandIn(): Promise<SlackStandIn> {
  const calls: Call[] = [];
  const answers: SlackStandIn["answers"] = new Map();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const method = (request.url ?? "").replace("/api/", "");
      const token = (request.headers.authorization ?? "").replace("Bearer ", "");
      calls.push({ method, token, body: JSON.parse(text) as Call["body"] });
      const special = answers.get(method) ?? {};
      response.writeHead(special.status ?? 200, {
        "content-type": "application/json",
        ...special.headers,
      });
      const { body = { ok: true, team: "Acme", user: "thopter" } } = special;
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/api/`, calls, answers };
}
