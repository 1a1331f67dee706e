import { z } from "zod";
import type { ConversationFleet } from "../core/ports/conversation.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { flag, never, operator, text, viewer } from "./route-shapes.ts";

/** Agents' conversations in the JSON API. */
export const conversationRoutes: Readonly<Record<keyof ConversationFleet, ApiRoute>> = {
  restartAgent: defineRoute(
    operator,
    z.strictObject({ thopter: text, fresh: flag }),
    (input, { fleet, caller }) => fleet.restartAgent(caller, input, never()),
  ),
  transcript: defineRoute(
    { ...viewer, waits: true },
    z.strictObject({
      thopter: text,
      before: z.string().max(500).optional(),
      maxBytes: z.int().positive().optional(),
      limit: z.int().min(1).max(1000).optional(),
    }),
    (input, { fleet, caller, wait }) => fleet.transcript(caller, input, wait),
  ),
};
