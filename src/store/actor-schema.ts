import { z } from "zod";
import { fronts, roles } from "../core/actor.ts";
import type { Actor } from "../core/actor.ts";
import { exactly } from "./exactly.ts";

const id = z.string();

export const actorSchema = exactly<Actor>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("person"), personId: id, tokenId: id.exactOptional() }),
    z.strictObject({ kind: z.literal("agent"), personId: id, tokenId: id }),
    z.strictObject({ kind: z.literal("system"), name: z.string() }),
  ]),
);

export const frontSchema = z.enum(fronts);
export const roleSchema = z.enum(roles);
