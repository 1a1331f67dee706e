import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type TcpProxy = {
  port: number;
  /** How many connections have come so far. */
  connections(): number;
  /** How many bytes it has passed on so far, in both directions. */
  passed(): number;
  /** Resets every connection. */
  cut(): void;
  /** Passes nothing on any more, in either direction, on connections old and new. */
  stall(): void;
  resume(): void;
  /** Resets who comes from now on. */
  refuse(yes: boolean): void;
};

/** Stands between a client and a port of 127.0.0.1, until the running test ends. */
export async function startTcpProxy(target: number, host = "127.0.0.1"): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let count = 0;
  let bytes = 0;
  let stalled = false;
  let refusing = false;

  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (!other.write(chunk)) socket.pause();
    });
    other.on("drain", () => {
      if (!stalled) socket.resume();
    });
    // Its end is the other's.
    socket.on("error", () => other.destroy());
    socket.once("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
    if (stalled) socket.pause();
  }

  const server = createServer((client) => {
    count += 1;
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const there = connect(target, "127.0.0.1");
    keep(client, there);
    keep(there, client);
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port");

  return {
    port: address.port,
    connections: () => count,
    passed: () => bytes,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    refuse(yes) {
      refusing = yes;
    },
  };
}
