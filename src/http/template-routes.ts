import { z } from "zod";
import type { TemplateFleet } from "../core/ports/templates.ts";
import { defineRoute } from "./call-route.ts";
import type { ApiRoute } from "./call-route.ts";
import { longText, nothing, text, viewer } from "./route-shapes.ts";

const variables = z
  .record(z.string().max(50), z.string().max(10_000))
  .refine((all) => Object.keys(all).length <= 50, "50 variables are the most")
  .optional();

/** What a provision may say of a template. */
export const templateShape = { template: text.optional(), variables };

/** The hub's templates in the JSON API. */
export const templateRoutes: Readonly<Record<keyof TemplateFleet, ApiRoute>> = {
  listTemplates: defineRoute(viewer, nothing, (_input, { fleet, caller }) =>
    fleet.listTemplates(caller),
  ),
  getTemplate: defineRoute(viewer, z.strictObject({ name: text }), (input, { fleet, caller }) =>
    fleet.getTemplate(caller, input),
  ),
  renderTemplate: defineRoute(
    viewer,
    z.strictObject({
      name: text,
      task: longText,
      variables,
      repository: text.optional(),
      base: text.optional(),
    }),
    (input, { fleet, caller }) => fleet.renderTemplate(caller, input),
  ),
};
