import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import type { Outcome, Outgoing } from "./delivery.ts";
import { isRecord, parseJson } from "./json.ts";
import type { World } from "./world.ts";

type Reason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

/** The connections of Socket Mode. */
export type Sockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Resolves when some connection has acknowledged it; waits for ever otherwise. */
  send(outgoing: Outgoing): Promise<Outcome>;
  /** Connections that still take something new. */
  count(): number;
  /** Asks the oldest connection, or all, to come again, and closes it a little later. */
  disconnect(which: "oldest" | "all", reason?: Reason): void;
  /** Cuts all connections without a word. */
  drop(): void;
  close(): void;
};

/** https://docs.slack.dev/apis/events-api/using-socket-mode: at most ten connections. */
const mostConnections = 10;
const pingEveryMs = 10_000;
const closeAfterMs = 10_000;

export function createSockets(world: World, lifeSeconds: number): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const waiting = new Map<string, (outcome: Outcome) => void>();
  let open: WebSocket[] = [];

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? "/", "http://slack").searchParams.get("ticket") ?? "";
    if (world.isDown || !world.tickets.delete(ticket)) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
      return;
    }
    server.handleUpgrade(request, socket, head, welcome);
  }

  function welcome(connection: WebSocket): void {
    connection.on("message", (data) => take(data));
    connection.on("close", () => leave(connection));
    connection.on("error", () => connection.terminate());
    if (open.length >= mostConnections) {
      dismiss(connection, "too_many_websockets");
      return;
    }
    open.push(connection);
    say(connection, {
      ...{ type: "hello", num_connections: open.length, debug_info: debugInfo(lifeSeconds) },
      connection_info: { app_id: world.workspace.app.id },
    });
    beat(connection);
    world.clock.after((lifeSeconds - 10) * 1000, () => dismiss(connection, "warning"));
    world.clock.after(lifeSeconds * 1000, () => dismiss(connection, "refresh_requested"));
  }

  function beat(connection: WebSocket): void {
    if (connection.readyState !== connection.OPEN) return;
    connection.ping("Ping from the simulator");
    world.clock.after(pingEveryMs, () => beat(connection));
  }

  function leave(connection: WebSocket): void {
    open = open.filter((one) => one !== connection);
  }

  function take(data: RawData): void {
    const message = parseJson(textOfData(data));
    if (!isRecord(message)) return;
    const { envelope_id: id, payload } = message;
    const body = isRecord(payload) && Object.keys(payload).length > 0 ? payload : undefined;
    waiting.get(String(id))?.({ status: "acknowledged", body });
    waiting.delete(String(id));
  }

  function dismiss(connection: WebSocket, reason: Reason): void {
    if (connection.readyState !== connection.OPEN) return;
    say(connection, { type: "disconnect", reason, debug_info: debugInfo(0) });
    if (reason === "warning") return;
    leave(connection);
    world.clock.after(closeAfterMs, () => connection.close());
  }

  function send({ kind, payload, accepts, retry }: Outgoing): Promise<Outcome> {
    return new Promise((resolve) => {
      const connection = open.shift();
      // Nobody is there: whoever waits does so until its time is up.
      if (connection === undefined) return;
      open.push(connection);
      const id = world.ids.secret(32);
      waiting.set(id, resolve);
      const again = { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? "" };
      say(connection, {
        ...{ envelope_id: id, type: kind, accepts_response_payload: accepts, payload },
        ...(kind === "events_api" ? again : {}),
      });
    });
  }

  return {
    ...{ upgrade, send, count: () => open.length },
    disconnect(which, reason = "refresh_requested") {
      const leaving = which === "all" ? [...open] : open.slice(0, 1);
      for (const connection of leaving) dismiss(connection, reason);
    },
    drop() {
      for (const connection of server.clients) connection.terminate();
    },
    close() {
      for (const connection of server.clients) connection.terminate();
      server.close();
    },
  };
}

const debugInfo = (approximateSeconds: number) => ({
  host: "applink-simulated",
  build_number: 1,
  approximate_connection_time: approximateSeconds,
});

function say(connection: WebSocket, message: unknown): void {
  if (connection.readyState === connection.OPEN) connection.send(JSON.stringify(message));
}

function textOfData(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
