import { Hono, type Context } from "hono";
import { readArguments } from "./arguments.ts";
import { textOf, type Json } from "./json.ts";
import type { Method } from "./method.ts";
import { methods } from "./methods.ts";
import { answerOrFail } from "./outage.ts";
import { createRateLimits, type RateLimits } from "./rate-limits.ts";
import { refuse, refuseRate, type Reply } from "./reply.ts";
import { respondThroughUrl } from "./respond.ts";
import type { ApiCall, World } from "./world.ts";

/** The Web API, and the response_urls, over a world. */
export function createWebApi(world: World, { rateLimits }: { rateLimits: boolean }): Hono {
  const api = new Hono();
  const limits = rateLimits ? createRateLimits(world.clock) : undefined;

  async function handle(context: Context, name: string, answer: (args: Json) => Reply) {
    const type = context.req.header("content-type") ?? "";
    const body = await context.req.text();
    const inQuery = Object.fromEntries(new URL(context.req.url).searchParams);
    const args = readArguments(type, body);
    const { token: _token, ...shown } = { ...inQuery, ...args };
    const call: ApiCall = {
      method: name,
      args: shown,
      at: world.clock.now(),
      status: 0,
      answer: {},
    };
    world.calls.push(call);
    const reply = await answerOrFail(world, name, () => {
      if (args === undefined) throw refuse("invalid_json");
      return answer({ ...inQuery, ...args });
    });
    Object.assign(call, { status: reply.status, answer: reply.body });
    return respond(reply);
  }

  api.all("/api/:method", (context) => {
    const name = context.req.param("method");
    const bearer = context.req.header("authorization")?.replace(/^Bearer /i, "");
    return handle(context, name, ({ token, ...args }) => {
      const method = methods.get(name);
      if (method === undefined) throw refuse("unknown_method", { req_method: name });
      authorize(world, method, bearer ?? textOf(token));
      limit(limits, { name, tier: method.tier, args });
      const body = { ok: true, ...method.answer(world, args) };
      return { status: 200, body, headers: scopeHeaders(world, method) };
    });
  });
  for (const kind of ["commands", "actions"]) {
    api.post(`/${kind}/:app/:secret`, (context) =>
      handle(context, "response_url", (args) => respondThroughUrl(world, context.req.path, args)),
    );
  }
  return api;
}

function authorize(world: World, method: Method, token: string | undefined): void {
  const { botToken, appToken } = world.secrets;
  if (token === undefined) throw refuse("not_authed");
  if (token !== botToken && token !== appToken) throw refuse("invalid_auth");
  const isRight = token === (method.token === "app" ? appToken : botToken);
  if (!isRight) throw refuse("not_allowed_token_type");
  if (method.token === "app" || method.scopes.length === 0) return;
  if (!method.scopes.some((scope) => world.scopes.has(scope))) {
    const provided = [...world.scopes].join(",");
    throw refuse("missing_scope", { needed: method.scopes.join(","), provided });
  }
}

type Limited = { name: string; tier: Method["tier"]; args: Json };

function limit(limits: RateLimits | undefined, { name, tier, args }: Limited): void {
  const key = tier === "posting" ? `${name} ${String(args["channel"])}` : name;
  const seconds = limits?.refusal(tier, key);
  if (seconds !== undefined) throw refuseRate(seconds);
}

const scopeHeaders = (world: World, { scopes }: Method): Record<string, string> => ({
  "x-oauth-scopes": [...world.scopes].join(","),
  "x-accepted-oauth-scopes": scopes.join(","),
});

function respond({ status, body, text, headers = {} }: Reply): Response {
  const type = { "content-type": "application/json; charset=utf-8" };
  return new Response(text ?? JSON.stringify(body), { status, headers: { ...type, ...headers } });
}
