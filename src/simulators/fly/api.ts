import { Hono, type Context } from "hono";
import { ConnectionCut } from "../cut-connections.ts";
import { createApp, deleteApp, findApp, listApps, showApp } from "./apps.ts";
import type { Call } from "./call.ts";
import { createGate } from "./gate.ts";
import { ulidAt } from "./random.ts";
import { createRateLimits } from "./rate-limits.ts";
import { refuse, type Reply } from "./reply.ts";
import { routes, type Route } from "./routes.ts";
import type { SimApp, World } from "./world.ts";

const cookieName = "fly_flaps_affinity";

/** The Machines API over a world. A connection that is to be cut is thrown as a ConnectionCut. */
export function createApi(world: World): Hono {
  const api = new Hono();
  const gate = createGate(world, createRateLimits(world.clock));

  type Work = { action: string; id: string; org: string; body: unknown };

  // Before everything: who asks, then how often, then what.
  async function handle(
    context: Context,
    { action, id }: { action: string; id: string },
    answer: (work: Work) => Promise<Reply>,
  ): Promise<Response> {
    const body = await bodyOf(context);
    const names = namesIn(world, context, body);
    const reply = await gate.deliver({ action, names }, async () => {
      const org = gate.organisationOf(context.req.header("authorization"));
      gate.limit(action, id);
      if (body === unreadable) throw refuse(400, "invalid_argument: body is not JSON");
      return answer({ action, id, org, body });
    });
    if (reply === "cut") throw new ConnectionCut("the simulator cuts the connection");
    return respond(context, reply);
  }

  function respond(context: Context, { status, body, text, headers = {} }: Reply): Response {
    const requestId = `${ulidAt(world.clock.now(), world.random)}-sim`;
    const all = new Headers({ ...headers, "fly-request-id": requestId });
    const app = context.req.param("app");
    if (context.req.method !== "GET" && app !== undefined) {
      all.set("set-cookie", `${cookieName}=${world.random.hex(8)}; Path=/v1/apps/${app}; HttpOnly`);
    }
    if (text !== undefined) all.set("content-type", "text/plain; charset=utf-8");
    else if (body !== undefined) all.set("content-type", "application/json");
    const json = body === undefined ? null : JSON.stringify(body);
    return new Response(text ?? json, { status, headers: all });
  }

  api.onError((error, context) => {
    if (error instanceof ConnectionCut) throw error;
    world.troubles.push(error.message);
    return respond(context, { status: 500, body: { error: "internal: the simulator failed" } });
  });
  api.notFound((context) => respond(context, { status: 404, text: "404 page not found" }));

  const onOrg = (context: Context, action: string, answer: (work: Work) => Reply) =>
    handle(context, { action, id: "org" }, async (work) => answer(work));
  api.get("/v1/apps", (context) => onOrg(context, "apps.list", ({ org }) => listApps(world, org)));
  api.post("/v1/apps", (context) =>
    onOrg(context, "apps.create", ({ org, body }) => createApp(world, org, body)),
  );
  api.get("/v1/platform/regions", (context) =>
    handle(context, { action: "platform.regions", id: "platform" }, async () => ({
      status: 200,
      body: { regions: Object.keys(world.rules.regions).map((code) => ({ code, name: code })) },
    })),
  );
  for (const route of appRoutes(world)) {
    api.on(route.method, `/v1/apps/:app${route.path}`, (context) => {
      const params: Record<string, string> = context.req.param();
      const appName = params["app"] ?? "";
      const id = params["machine"] ?? params["volume"] ?? appName;
      return handle(context, { action: route.action, id }, async ({ org, body }) => {
        const app = findApp(world, appName, org);
        return route.answer(callOf(world, app, { context, body }));
      });
    });
  }
  return api;
}

const unreadable = Symbol("unreadable");

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return unreadable;
    throw error;
  }
}

function callOf(
  world: World,
  app: SimApp,
  { context, body }: { context: Context; body: unknown },
): Call {
  const cookies = context.req.header("cookie") ?? "";
  const url = new URL(context.req.url);
  return {
    ...{ world, app, body, params: context.req.param(), query: url.searchParams },
    token: context.req.header("authorization") ?? "",
    nonce: context.req.header("fly-machine-lease-nonce"),
    isFresh: cookies.includes(`${cookieName}=`),
    signal: context.req.raw.signal,
  };
}

/** By which names a fault may be meant for this request. */
function namesIn(world: World, context: Context, body: unknown): string[] {
  const params = Object.values(context.req.param());
  const machine = world.machines.get(context.req.param("machine") ?? "");
  const asked =
    typeof body === "object" && body !== null && "name" in body && typeof body.name === "string"
      ? [body.name]
      : [];
  return [...params, ...asked, ...(machine === undefined ? [] : [machine.name, machine.region])];
}

function appRoutes(world: World): Route[] {
  return [
    {
      ...{ method: "GET", path: "", action: "apps.get" },
      answer: ({ app }) => ({ status: 200, body: showApp(world, app) }),
    },
    {
      ...{ method: "DELETE", path: "", action: "apps.delete" },
      answer: ({ app }) => deleteApp(world, app),
    },
    ...routes,
  ];
}
