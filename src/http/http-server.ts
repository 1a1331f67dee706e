import type { IncomingMessage, RequestListener } from "node:http";
import { RequestError, getRequestListener } from "@hono/node-server";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { LoginDesk } from "../core/ports/logins.ts";
import type { Store } from "../core/ports/store.ts";
import { createApp } from "./app.ts";
import { createHostGuard } from "./host-guard.ts";
import { errorResponse, toHttpError } from "./http-error.ts";
import type { Report } from "./http-error.ts";
import { createListener } from "./listener.ts";
import { createMcpSessions } from "./mcp-sessions.ts";
import type { CreateMcpServer, SessionLimits } from "./mcp-sessions.ts";
import { createStanding } from "./standing.ts";

export type HttpServerOptions = {
  fleet: Fleet;
  /** Gives tokens to command lines that a person confirms. */
  logins?: LoginDesk | undefined;
  clock: Clock;
  /** Tells of tokens and persons that change, so that what is open ends with its rights at once. */
  store?: Pick<Store, "watch"> | undefined;
  createMcpServer: CreateMcpServer;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Where clients reach the hub, if not by its host and port. */
  publicUrl?: string | undefined;
  version: string;
  /** Answers Slack's signed requests; they carry no token. */
  slack?: RequestListener | undefined;
  report: Report;
  sessionLimits?: SessionLimits;
};

export type HttpServer = {
  /** Resolves, with its address on this machine, once requests are answered. Throws when the port is taken. */
  start(): Promise<{ url: string; port: number }>;
  /** Ends waits, streams and sessions, lets other answers finish for a moment, then closes. */
  stop(): Promise<void>;
};

const defaultLimits: SessionLimits = { idleMs: 30 * 60_000, most: 1000, mostPerToken: 100 };
/** The one HTTP server of the hub. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { fleet, logins, clock, createMcpServer, host, version, report } = options;
  const sessions = createMcpSessions(
    { fleet, clock, createMcpServer, version, report },
    options.sessionLimits ?? defaultLimits,
  );
  const standing = createStanding({ ...options, ended: sessions.endOf });
  const stopping = new AbortController();
  const listener = createListener(clock);

  return {
    async start() {
      const port = await listener.listen(options);
      const guard = createHostGuard({ host, port, publicUrl: options.publicUrl });
      const ports = { fleet, logins, clock, sessions, standing, guard, version, report };
      const app = createApp({ ...ports, stopping: stopping.signal });
      // The globals stay as Node made them: other parts of the process use them too.
      const answer = getRequestListener(app.fetch, {
        overrideGlobalObjects: false,
        errorHandler: (error) => malformed(error, report),
      });
      listener.answer((incoming, outgoing) => {
        if (options.slack !== undefined && isForSlack(incoming)) options.slack(incoming, outgoing);
        else void answer(incoming, outgoing);
      });
      return { url: `http://${urlHost(host)}:${String(port)}`, port };
    },
    async stop() {
      stopping.abort();
      standing.stop();
      await sessions.close();
      await listener.close();
    },
  };
}

function isForSlack({ method, url }: IncomingMessage): boolean {
  return method === "POST" && /^\/slack\/events(?:\?|$)/.test(url ?? "");
}

/** Answers what is wrong before a request reaches a route: a Host or a target that is none. */
function malformed(error: unknown, report: Report): Response {
  const refusal =
    error instanceof RequestError
      ? new UserError("Cannot read the request: its host or its target is malformed.", {
          cause: error,
        })
      : error;
  return errorResponse("", toHttpError(refusal, "the request", report));
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
