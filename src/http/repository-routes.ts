import { z } from "zod";
import type { RepositoryFleet } from "../core/ports/repositories.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { duration, nothing, operator, text } from "./route-shapes.ts";

const adminPerson = { minimumRole: "admin", personsOnly: true } as const;
const byAddress = z.strictObject({ address: text });
const value = z.string().max(100_000);

/** What the hub keeps for repositories in the JSON API. */
export const repositoryRoutes: Readonly<Record<keyof RepositoryFleet, ApiRoute>> = {
  listRepositories: defineRoute(operator, nothing, (_input, { fleet, caller }) =>
    fleet.listRepositories(caller),
  ),
  showRepository: defineRoute(operator, byAddress, (input, { fleet, caller }) =>
    fleet.showRepository(caller, input),
  ),
  setRepositoryVariables: defineRoute(
    adminPerson,
    z.strictObject({
      address: text,
      set: z.record(text, value).optional(),
      unset: z.array(text).max(1000).optional(),
    }),
    (input, { fleet, caller }) => fleet.setRepositoryVariables(caller, input),
  ),
  trustRepository: defineRoute(
    adminPerson,
    z.strictObject({ address: text, trusted: z.boolean(), setupTimeoutMs: duration.optional() }),
    (input, { fleet, caller }) => fleet.trustRepository(caller, input),
  ),
  deleteRepository: defineRoute(adminPerson, byAddress, (input, { fleet, caller }) =>
    fleet.deleteRepository(caller, input),
  ),
};
