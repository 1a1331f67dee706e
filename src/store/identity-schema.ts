import { z } from "zod";
import type { ChosenIdentity, Identity, IdentityLogin, LoginCheck } from "../core/identity.ts";
import { exactly } from "./exactly.ts";

const text = z.string();
const time = z.number();

const checkSchema = exactly<LoginCheck>()(
  z.strictObject({
    at: time,
    result: z.enum(["valid", "refused", "unreachable", "unchecked"]),
  }),
);

const loginSchema = exactly<IdentityLogin>()(
  z.strictObject({
    variable: text,
    sealed: text,
    setAt: time,
    expiresAt: time.exactOptional(),
    check: checkSchema.exactOptional(),
  }),
);

export const identitySchema = exactly<Identity>()(
  z.strictObject({
    id: text,
    version: z.int().positive(),
    name: text,
    ownerId: text,
    shared: z.boolean(),
    logins: z.array(loginSchema),
    home: z
      .strictObject({ digest: text, packedBytes: z.number(), bytes: z.number(), entries: z.int() })
      .exactOptional(),
    capturedFrom: text.exactOptional(),
    createdAt: time,
    updatedAt: time,
    updatedBy: text,
  }),
);

export const chosenIdentitySchema = exactly<ChosenIdentity>()(
  z.strictObject({ id: text, name: text, digest: text.exactOptional() }),
);
