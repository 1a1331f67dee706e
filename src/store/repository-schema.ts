import { z } from "zod";
import type { Repository, RepositoryVariable } from "../core/repository.ts";
import { actorSchema } from "./actor-schema.ts";
import { exactly } from "./exactly.ts";

const text = z.string();
const time = z.number();

const variableSchema = exactly<RepositoryVariable>()(
  z.strictObject({ name: text, sealed: text, setBy: actorSchema, setAt: time }),
);

export const repositorySchema = exactly<Repository>()(
  z.strictObject({
    id: text,
    version: z.int().positive(),
    address: text,
    variables: z.array(variableSchema),
    trusted: z.boolean(),
    setupTimeoutMs: z.number().exactOptional(),
    changedBy: actorSchema,
    changedAt: time,
  }),
);
