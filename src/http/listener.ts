import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";

/** A listening socket that ends as soon as its answers are out. */
export type Listener = {
  /** Resolves with the port. Throws UserError when it is taken. */
  listen(address: { host: string; port: number }): Promise<number>;
  /** From now on, who answers requests. */
  answer(handler: RequestListener): void;
  /** Takes no more requests, lets answers finish for a moment, then ends all connections. */
  close(): Promise<void>;
};

/** How long answers under way may take after a stop. */
const graceMs = 2000;

export function createListener(clock: Clock): Listener {
  const server = createServer();
  let answering = 0;
  let isClosing = false;

  // Clients keep connections open for later, some of them without a first request: none may hold up a stop.
  function endIfDone(): void {
    if (isClosing && answering === 0) server.closeAllConnections();
  }

  return {
    async listen({ host, port }) {
      await new Promise<void>((resolve, reject) => {
        const fail = (cause: Error): void => reject(portTaken(`${host}:${String(port)}`, cause));
        server.once("error", fail);
        server.listen({ host, port }, () => {
          server.off("error", fail);
          resolve();
        });
      });
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    answer(handler) {
      server.on("request", (incoming, outgoing) => {
        answering += 1;
        outgoing.once("close", () => {
          answering -= 1;
          setImmediate(endIfDone);
        });
        handler(incoming, outgoing);
      });
    },
    async close() {
      if (!server.listening) return;
      isClosing = true;
      const cancel = clock.after(graceMs, () => server.closeAllConnections());
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        endIfDone();
      });
      cancel();
    },
  };
}

function portTaken(address: string, cause: Error): UserError {
  return new UserError(
    `Cannot listen on ${address}: ${cause.message}. Choose another port with THOPTER_PORT, or stop what listens there.`,
    { code: "unavailable", cause },
  );
}
