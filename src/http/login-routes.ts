import { z } from "zod";
import type { LoginFleet } from "../core/ports/logins.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { text } from "./route-shapes.ts";

const anyPerson = { minimumRole: "viewer", personsOnly: true } as const;
const byCode = z.strictObject({ code: text });

/** What persons decide about the logins of command lines, in the JSON API. */
export const loginRoutes: Readonly<Record<keyof LoginFleet, ApiRoute>> = {
  lookAtLogin: defineRoute(anyPerson, byCode, (input, { fleet, caller }) =>
    fleet.lookAtLogin(caller, input),
  ),
  approveLogin: defineRoute(
    anyPerson,
    z.strictObject({ code: text, person: text.optional() }),
    (input, { fleet, caller }) => fleet.approveLogin(caller, input),
  ),
  denyLogin: defineRoute(anyPerson, byCode, (input, { fleet, caller }) =>
    fleet.denyLogin(caller, input),
  ),
};
