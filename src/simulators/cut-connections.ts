import type { Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";

/** Thrown where the connection is to be cut instead of an answer. */
export class ConnectionCut extends Error {
  override name = "ConnectionCut";
}

/** Answers requests as the app does, and cuts the connection where it says so. */
export function cutsConnections(app: Hono): ReturnType<typeof getRequestListener> {
  app.onError((error) => {
    throw error;
  });
  return getRequestListener(
    async (request, { incoming }) => {
      try {
        return await app.fetch(request);
      } catch (error) {
        if (!(error instanceof ConnectionCut)) throw error;
        incoming.socket.destroy();
        return new Response(null, { status: 500 });
      }
    },
    { overrideGlobalObjects: false },
  );
}

/** Listens on this machine alone, and resolves with the base URL; 0 lets the kernel choose. */
export async function listenHere(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return `http://127.0.0.1:${String(bound)}`;
}
