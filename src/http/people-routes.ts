import { z } from "zod";
import { roles } from "../core/actor.ts";
import type { PeopleFleet } from "../core/ports/people.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { byId, duration, flag, nothing, personal, text, viewer } from "./route-shapes.ts";

/** People and their tokens in the JSON API. */
export const peopleRoutes: Readonly<Record<keyof PeopleFleet, ApiRoute>> = {
  createToken: defineRoute(
    personal,
    z.strictObject({
      kind: z.enum(["person", "agent"]),
      label: text,
      role: z.enum(roles).optional(),
      readOnly: flag,
      toolsets: z.array(text).max(20).optional(),
      expiresInMs: duration.optional(),
      person: text.optional(),
    }),
    (input, { fleet, caller }) => fleet.createToken(caller, input),
  ),
  listTokens: defineRoute(
    { minimumRole: "viewer", personsOnly: true },
    nothing,
    (_input, { fleet, caller }) => fleet.listTokens(caller),
  ),
  // Everyone may give up their own.
  revokeToken: defineRoute(
    { minimumRole: "viewer", personsOnly: true },
    byId,
    ({ id }, { fleet, caller }) => fleet.revokeToken(caller, id),
  ),
  listPeople: defineRoute(viewer, nothing, (_input, { fleet, caller }) => fleet.listPeople(caller)),
  setRole: defineRoute(
    { minimumRole: "admin", personsOnly: true },
    z.strictObject({ person: text, role: z.enum(roles) }),
    (input, { fleet, caller }) => fleet.setRole(caller, input),
  ),
  createLinkCode: defineRoute(
    { minimumRole: "viewer", personsOnly: true },
    nothing,
    (_input, { fleet, caller }) => fleet.createLinkCode(caller),
  ),
  whoAmI: defineRoute(viewer, nothing, (_input, { fleet, caller }) => fleet.whoAmI(caller)),
};
