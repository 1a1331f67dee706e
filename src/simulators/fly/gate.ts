import type { Fault } from "./faults.ts";
import { FlyRefusal, type Reply } from "./reply.ts";
import type { World } from "./world.ts";
import type { RateLimits } from "./rate-limits.ts";

/** What stands before every rule: who asks, how often, and the answers that get lost. */
export type Gate = {
  /** The organisation of a token. Refuses with 401. */
  organisationOf(authorization: string | undefined): string;
  /** Refuses with 429 what comes too often. */
  limit(action: string, id: string): void;
  /** The reply as it goes out: sometimes text, sometimes another one, sometimes none at all. */
  deliver(request: Asked, answer: () => Promise<Reply>): Promise<Reply | "cut">;
};
type Asked = { action: string; names: readonly string[] };

export function createGate(world: World, limits: RateLimits): Gate {
  function organisationOf(authorization: string | undefined): string {
    const token = authorization?.replace(/^(Bearer|FlyV1) /, "") ?? "";
    const org = world.tokens.get(token);
    if (org === undefined) {
      throw new FlyRefusal({ status: 401, body: { error: "unauthorized: token not valid" } });
    }
    return org;
  }

  function limit(action: string, id: string): void {
    const waitMs = world.rules.rateLimits ? limits.refusal(action, id) : undefined;
    if (waitMs === undefined) return;
    world.refusals += 1;
    const headers = { "retry-after": String(Math.ceil(waitMs / 1000)) };
    throw new FlyRefusal({
      status: 429,
      text: "rate limit exceeded",
      ...(world.rules.retryAfter ? { headers } : {}),
    });
  }

  async function deliver(request: Asked, answer: () => Promise<Reply>): Promise<Reply | "cut"> {
    const fault = world.faults.take("answer", request);
    if (fault !== undefined && fault.committed !== true) return faulty(fault);
    const reply = await answered(answer);
    if (fault !== undefined) return faulty(fault);
    // An answer given inside may have armed the fault that loses it.
    const armed = world.faults.take("answer", request);
    return armed === undefined ? roughened(reply) : faulty(armed);
  }

  function roughened(reply: Reply): Reply {
    const { body } = reply;
    const isPlainError = reply.status >= 400 && isError(body) && body.status === undefined;
    if (!isPlainError || world.random.next() >= world.rules.textErrors) return reply;
    return { status: reply.status, text: body.error };
  }

  return { organisationOf, limit, deliver };
}

async function answered(answer: () => Promise<Reply>): Promise<Reply> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof FlyRefusal) return error.reply;
    throw error;
  }
}

function faulty({ status = 500, text }: Fault): Reply | "cut" {
  if (status === 0) return "cut";
  const error = status === 408 ? "deadline_exceeded: request timed out" : "internal: error";
  return text === undefined ? { status, body: { error } } : { status, text };
}

function isError(body: unknown): body is { error: string; status?: unknown } {
  return typeof body === "object" && body !== null && "error" in body;
}
