import type { IncomingMessage } from "node:http";
import type { Hono } from "hono";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { LoginDesk } from "../core/ports/logins.ts";
import { clientAddress } from "./client-address.ts";
import { errorResponse } from "./http-error.ts";
import { readJson } from "./json-body.ts";
import { withLinkedSignal } from "./linked-signal.ts";

/** What a request of Node's server has beside itself; nothing where there is none, as in tests. */
export type NodeBindings = { incoming?: IncomingMessage };

/** Far more than a well-meant request needs. */
const mostBytes = 4096;

const startSchema = z.strictObject({
  label: z.string().max(500),
  challenge: z.string().regex(/^[0-9a-f]{64}$/),
});
const collectSchema = z.strictObject({
  id: z.string().min(1).max(100),
  verifier: z.string().min(1).max(200),
  waitMs: z.number().min(0).max(45_000),
});

type Asked = { body: unknown; address: string; wait: AbortSignal };

/** The only routes that need no token: with them a command line gets one, once a person has confirmed it. */
export function addLoginDesk<E extends { Bindings: NodeBindings }>(
  app: Hono<E>,
  { logins, stopping }: { logins: LoginDesk; stopping: AbortSignal },
): void {
  const routes: Record<string, (asked: Asked) => Promise<unknown>> = {
    "/api/startLogin": ({ body, address }) =>
      logins.startLogin({ ...parsed(startSchema, body), address }),
    "/api/collectLogin": ({ body, wait }) => logins.collectLogin(parsed(collectSchema, body), wait),
  };
  for (const [path, answer] of Object.entries(routes)) {
    app.post(path, async (c) => {
      const body = await readJson(c.req.raw, mostBytes);
      if (!body.ok) return errorResponse(c.req.path, body.error);
      const { incoming } = c.env;
      const address = incoming === undefined ? "an unknown address" : clientAddress(incoming);
      const answered = await withLinkedSignal([c.req.raw.signal, stopping], (wait) =>
        answer({ body: body.value, address, wait }),
      );
      return Response.json(answered, { headers: { "cache-control": "no-store" } });
    });
  }
}

function parsed<S extends z.ZodObject>(schema: S, body: unknown): z.output<S> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new UserError(`Cannot take the request: ${z.prettifyError(read.error)}`);
}
