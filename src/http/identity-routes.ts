import { z } from "zod";
import type { IdentityFleet } from "../core/ports/identities.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { flag, nothing, personal, text, viewer } from "./route-shapes.ts";

const byIdentity = z.strictObject({ identity: text });

/** Identities in the JSON API; their homes come by a route of their own. */
export const identityRoutes: Readonly<
  Record<Exclude<keyof IdentityFleet, "uploadHome">, ApiRoute>
> = {
  listIdentities: defineRoute(viewer, nothing, (_input, { fleet, caller }) =>
    fleet.listIdentities(caller),
  ),
  getIdentity: defineRoute(
    { minimumRole: "viewer", personsOnly: true },
    byIdentity,
    (input, { fleet, caller }) => fleet.getIdentity(caller, input),
  ),
  createIdentity: defineRoute(
    personal,
    z.strictObject({
      name: text,
      replace: flag,
      shared: flag,
      upload: text.optional(),
      fromThopter: text.optional(),
      capturedFrom: text.optional(),
      includeSsh: flag,
      exclude: z.array(z.string().min(1).max(200)).max(50).optional(),
      logins: z
        .array(z.strictObject({ variable: text, value: z.string().max(20_000) }))
        .max(20)
        .optional(),
      expiresAt: z.number().positive().optional(),
    }),
    (input, { fleet, caller }) => fleet.createIdentity(caller, input),
  ),
  deleteIdentity: defineRoute(personal, byIdentity, (input, { fleet, caller }) =>
    fleet.deleteIdentity(caller, input),
  ),
  setDefaultIdentity: defineRoute(
    personal,
    z.strictObject({ identity: text.optional(), hub: flag }),
    (input, { fleet, caller }) => fleet.setDefaultIdentity(caller, input),
  ),
  checkIdentity: defineRoute(personal, byIdentity, (input, { fleet, caller }) =>
    fleet.checkIdentity(caller, input),
  ),
};
