import { connect, createServer, type Server, type Socket } from "node:net";
import { z } from "zod";
import type { SimMachine, World } from "./world.ts";

const service = z.looseObject({
  protocol: z.literal("tcp"),
  internal_port: z.int(),
  ports: z.array(z.looseObject({ port: z.int(), handlers: z.array(z.string()).exactOptional() })),
});
const services = z.array(service).catch([]);

/** Fly's proxy: takes connections at an app's public ports and hands them to its machines. */
export type Proxy = { close(): Promise<void> };

const publicHost = "127.0.0.1";

/**
 * Listens for each public port of a machine that runs, on this machine alone. Behind a port that
 * several machines share it chooses one, as Fly does. It has no certificate: a port with the handler
 * `tls` is not served.
 */
export function startProxy(world: World): Proxy {
  const listeners = new Map<number, Server>();
  const open = new Set<Socket>();

  function serve(machine: SimMachine): void {
    if (machine.state !== "started") return;
    for (const { port } of targetsOf(machine)) if (!listeners.has(port)) listen(port);
  }

  function listen(port: number): void {
    const server = createServer((incoming) => forward(port, incoming));
    server.on("error", (error) => world.troubles.push(`public port ${port}: ${error.message}`));
    server.listen({ host: publicHost, port });
    listeners.set(port, server);
  }

  function forward(port: number, incoming: Socket): void {
    const behind = [...world.machines.values()].flatMap((machine) =>
      machine.state === "started" ? targetsOf(machine).filter((one) => one.port === port) : [],
    );
    const target = behind[Math.floor(world.random.next() * behind.length)];
    if (target === undefined) {
      incoming.destroy();
      return;
    }
    const outgoing = connect({ host: target.host, port: target.internalPort });
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one);
      // What one side loses the other is told by the close.
      one.on("error", () => undefined);
      one.once("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  world.watchers.add(serve);
  return {
    async close() {
      world.watchers.delete(serve);
      for (const socket of open) socket.destroy();
      const ends = [...listeners.values()].map(
        (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
      );
      await Promise.all(ends);
    },
  };
}

type Target = { port: number; host: string; internalPort: number };

function targetsOf({ config, privateIp: host }: SimMachine): Target[] {
  return services
    .parse(config["services"])
    .flatMap(({ internal_port: internalPort, ports }) =>
      ports
        .filter(({ handlers = [] }) => handlers.length === 0)
        .map(({ port }) => ({ port, host, internalPort })),
    );
}
