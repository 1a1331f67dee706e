import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { LoginDesk } from "../core/ports/logins.ts";
import { bearerToken } from "./bearer.ts";
import { eventStream } from "./event-stream.ts";
import { apiRoutes } from "./api-routes.ts";
import { callRoute } from "./call-route.ts";
import { errorResponse, isMcp, toHttpError } from "./http-error.ts";
import type { Report } from "./http-error.ts";
import type { HostGuard } from "./host-guard.ts";
import { readJson } from "./json-body.ts";
import { withLinkedSignal } from "./linked-signal.ts";
import { addLoginDesk } from "./login-desk-routes.ts";
import type { NodeBindings } from "./login-desk-routes.ts";
import { answerMcp } from "./mcp-endpoint.ts";
import type { McpSessions } from "./mcp-sessions.ts";
import { receiveHome } from "./receive-home.ts";
import type { Asker, Standing } from "./standing.ts";

export type AppPorts = {
  fleet: Fleet;
  /** Without it, no command line can ask for a token. */
  logins?: LoginDesk | undefined;
  clock: Clock;
  sessions: McpSessions;
  standing: Standing;
  guard: HostGuard;
  version: string;
  report: Report;
  /** Aborts when the server stops. */
  stopping: AbortSignal;
};

type Env = { Bindings: NodeBindings; Variables: Asker };

/** All routes of the hub. Each one answers this hub's names alone, and nobody without a token but those who ask for one. */
export function createApp(ports: AppPorts): Hono<Env> {
  const { fleet, clock, standing, version, report } = ports;
  const app = new Hono<Env>();
  app.onError((error, c) => errorResponse(c.req.path, toHttpError(error, "the request", report)));
  app.notFound((c) => {
    throw new UserError(
      `Cannot ${c.req.method} "${c.req.path.slice(0, 100)}": there is no such route.`,
      {
        code: "not_found",
      },
    );
  });
  app.use(guardHost(ports));
  if (ports.logins !== undefined) addLoginDesk(app, { ...ports, logins: ports.logins });
  app.use(authenticate(ports));

  app.get("/health", async (c) => {
    const { accepting, draining } = await fleet.status(c.var.caller);
    const ok = accepting && !draining;
    return c.json({ ok, accepting, draining, version }, ok ? 200 : 503);
  });
  app.all("/mcp", (c) =>
    answerMcp(c.req.raw, {
      ...{ ...c.var, sessions: ports.sessions },
      hold: () => standing.hold(c.var),
    }),
  );
  app.get("/api/events", (c) => {
    const { signal, release } = standing.hold(c.var);
    const until = [c.req.raw.signal, ports.stopping, signal];
    return eventStream({ fleet, clock, report, ...c.var, until, onEnd: release });
  });
  app.post("/api/uploadHome", async (c) =>
    c.json(
      await whileStanding(ports, c.var, ([until]) =>
        receiveHome(c.req.raw, { fleet, caller: c.var.caller, until }),
      ),
    ),
  );
  for (const [name, route] of Object.entries(apiRoutes)) {
    app.post(`/api/${name}`, async (c) => {
      const body = await readJson(c.req.raw);
      if (!body.ok) return errorResponse(c.req.path, body.error);
      const { caller } = c.var;
      const call = (until: AbortSignal[]): Promise<unknown> =>
        withLinkedSignal([c.req.raw.signal, ports.stopping, ...until], (wait) =>
          callRoute(name, route, { fleet, caller, wait, body: body.value }),
        );
      return c.json(await (route.waits === true ? whileStanding(ports, c.var, call) : call([])));
    });
  }
  return app;
}

/** Waits for something as long as the asker's rights stand; whoever lost them gets no answer. */
async function whileStanding<T>(
  { standing }: AppPorts,
  asker: Asker,
  call: (until: [AbortSignal]) => Promise<T>,
): Promise<T> {
  const { signal, release } = standing.hold(asker);
  try {
    const answer = await call([signal]);
    signal.throwIfAborted();
    return answer;
  } catch (error) {
    // What the end of the wait came to says less than why it ended.
    signal.throwIfAborted();
    throw error;
  } finally {
    release();
  }
}

function guardHost({ guard }: AppPorts): MiddlewareHandler<Env> {
  return async (c, next) => {
    const refusal = guard(c.req.raw.headers);
    if (refusal !== undefined) throw new UserError(refusal, { code: "forbidden" });
    await next();
  };
}

function authenticate({ fleet, sessions, standing }: AppPorts): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = bearerToken(c.req.raw.headers);
    c.set("since", standing.count());
    try {
      c.set("caller", await fleet.authenticate(token, isMcp(c.req.path) ? "mcp" : "cli"));
    } catch (error) {
      const isRefused = error instanceof UserError && error.code === "unauthenticated";
      if (isRefused) await sessions.endOf(token);
      throw error;
    }
    c.set("token", token);
    await next();
  };
}
