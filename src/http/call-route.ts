import { z } from "zod";
import type { Caller, Role } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { Fleet } from "../core/ports/fleet.ts";

export type RouteContext = {
  fleet: Fleet;
  caller: Caller;
  /** Aborts when the client leaves or the server stops. */
  wait: AbortSignal;
};

type RouteFacts = {
  minimumRole: Role;
  /** Only persons may ask, whatever the role of an agent's token. */
  personsOnly?: boolean;
  /** The toolset that an agent's token must have. */
  agentToolset?: string;
  /** Whether it may wait for a change: then it ends with the rights that it began with. */
  waits?: boolean;
};

/** One method of the JSON API. */
export type ApiRoute = RouteFacts & {
  schema: z.ZodObject;
  call(body: unknown, context: RouteContext): Promise<unknown>;
};

/** Makes a route that parses its body strictly; what it calls sees parsed input alone. */
export function defineRoute<I extends z.ZodObject>(
  facts: RouteFacts,
  schema: I,
  call: (input: z.output<I>, context: RouteContext) => Promise<unknown>,
): ApiRoute {
  return {
    ...facts,
    schema,
    call: (body, context) => {
      const parsed = schema.safeParse(body);
      if (parsed.success) return call(parsed.data, context);
      throw new UserError(`Cannot take the request: ${z.prettifyError(parsed.error)}`);
    },
  };
}

/** Calls a route for a caller who may, and refuses others. Throws UserError. */
export async function callRoute(
  name: string,
  route: ApiRoute,
  request: RouteContext & { body: unknown },
): Promise<unknown> {
  const { body, ...context } = request;
  const { caller } = context;
  requireRole(caller, route.minimumRole, `call "${name}"`);
  if (route.personsOnly === true) requirePerson(caller, `call "${name}"`);
  const needed = route.agentToolset;
  if (
    needed !== undefined &&
    caller.actor.kind === "agent" &&
    caller.toolsets?.includes(needed) !== true
  ) {
    throw new UserError(
      `Cannot call "${name}": your token lacks the toolset "${needed}". Ask a person for one that has it.`,
      {
        code: "forbidden",
      },
    );
  }
  return route.call(body, context);
}
