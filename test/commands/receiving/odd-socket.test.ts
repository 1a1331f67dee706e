import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { createSocketRequests } from "../../../commands/receiving/socket-requests.ts";
import { createBridgedLogger } from "../../../commands/receiving/bridged-logger.ts";
import type { SlackOptions } from "../../../commands/ports.ts";
import { createManualClock } from "../../manual-clock.ts";
import { eventually } from "../../eventually.ts";

/** A server that opens connections, and gives the test their ends. */
async function startServer(): Promise<{ apiUrl: string; ends: WebSocket[] }> {
  const ends: WebSocket[] = [];
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, url: `ws://${request.headers.host ?? ""}/link` }));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (end) => {
    ends.push(end);
    end.send('{"type":"hello"}');
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const end of ends) end.terminate();
    sockets.close();
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has such an address.
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, ends };
}

it("messages that nobody can read harm nothing, and requests after them are taken", async () => {
  const { apiUrl, ends } = await startServer();
  const clock = createManualClock();
  const reports: string[] = [];
  const report = (error: unknown): string => {
    reports.push(error instanceof Error ? error.message : String(error));
    return "";
  };
  const logger = createBridgedLogger({ clock, report, redact: (text) => text }, "Slack");
  // Nothing else of the options is asked for.
  const options = { apiUrl } as SlackOptions;
  const receiver = createSocketRequests({ clock, report }, { appToken: "xapp-1", options, logger });
  const texts: unknown[] = [];
  const app = {
    async processEvent({ body, ack }: { body: Record<string, unknown>; ack: () => Promise<void> }) {
      texts.push(body["text"]);
      await ack();
    },
  };
  // A receiver asks for no more of an app.
  receiver.init(app as never);
  await receiver.start();
  onTestFinished(() => receiver.stop().then(() => undefined));
  await eventually(() => expect(ends).toHaveLength(2));
  const [end] = ends;
  const answers: string[] = [];
  end?.on("message", (data) => answers.push(String(data)));
  for (const odd of ["null", "5", "not JSON", '{"type":"events_api"}', "{}"]) end?.send(odd);
  end?.send('{"type":"slash_commands","envelope_id":"e1","payload":{"text":"help"}}');
  await eventually(() => expect(answers.join()).toContain('"e1"'));
  expect(texts.at(-1)).toBe("help");
  expect(reports.length).toBeGreaterThan(0);
});
