import type { MiddlewareHandler } from "hono";

const hosts = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Lets in only what comes from a page of this server: no other site, and no other name for it. */
export const localOnly: MiddlewareHandler = async (context, next) => {
  const { hostname, origin } = new URL(context.req.url);
  const from = context.req.header("origin") ?? origin;
  if (!hosts.has(hostname) || from !== origin) return context.text("forbidden", 403);
  return next();
};
