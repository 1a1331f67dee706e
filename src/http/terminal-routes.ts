import { z } from "zod";
import type { TerminalFleet } from "../core/ports/terminal.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { byId, never, personal, text } from "./route-shapes.ts";

const size = { columns: z.int().min(10).max(500), rows: z.int().min(3).max(300) };

/** Terminals in the JSON API. */
export const terminalRoutes: Readonly<Record<keyof TerminalFleet, ApiRoute>> = {
  attach: defineRoute(
    personal,
    z.strictObject({ thopter: text, ...size }),
    (input, { fleet, caller }) => fleet.attach(caller, input, never()),
  ),
  lookAtTerminal: defineRoute(
    { ...personal, waits: true },
    z.strictObject({ id: text, known: text.optional(), ...size }),
    (input, { fleet, caller, wait }) => fleet.lookAtTerminal(caller, input, wait),
  ),
  typeIntoTerminal: defineRoute(
    personal,
    z.strictObject({ id: text, data: z.base64().min(1).max(12_000) }),
    (input, { fleet, caller }) => fleet.typeIntoTerminal(caller, input, never()),
  ),
  detach: defineRoute(personal, byId, ({ id }, { fleet, caller }) => fleet.detach(caller, id)),
};
