import { z } from "zod";
import type { AuditEntry } from "../core/audit.ts";
import type { Person, Token } from "../core/person.ts";
import type { Kind, Records } from "../core/ports/store.ts";
import type { Setting } from "../core/setting.ts";
import type { Tombstone } from "../core/tombstone.ts";
import { actorSchema, frontSchema, roleSchema } from "./actor-schema.ts";
import { approvalSchema } from "./approval-schema.ts";
import { cardSchema } from "./card-schema.ts";
import { exactly } from "./exactly.ts";
import { identitySchema } from "./identity-schema.ts";
import { operationSchema } from "./operation-schema.ts";
import { repositorySchema } from "./repository-schema.ts";
import { thopterSchema } from "./thopter-schema.ts";

const text = z.string();
const time = z.number();
const version = z.int().positive();

const personSchema = exactly<Person>()(
  z.strictObject({
    id: text,
    version,
    name: text,
    role: roleSchema,
    createdAt: time,
    slack: z.strictObject({ teamId: text, userId: text }).exactOptional(),
    roleFrom: z.literal("slack").exactOptional(),
  }),
);

const tokenSchema = exactly<Token>()(
  z.strictObject({
    id: text,
    version,
    kind: z.enum(["person", "agent"]),
    label: text,
    personId: text,
    role: roleSchema,
    hash: text,
    readOnly: z.boolean(),
    toolsets: z.array(text),
    createdAt: time,
    expiresAt: time.exactOptional(),
    revokedAt: time.exactOptional(),
  }),
);

const auditSchema = exactly<AuditEntry>()(
  z.strictObject({
    id: text,
    version,
    at: time,
    actor: actorSchema,
    front: frontSchema,
    action: text,
    subject: text,
    outcome: z.enum(["accepted", "refused", "succeeded", "failed", "canceled"]),
    detail: text.exactOptional(),
  }),
);

const settingSchema = exactly<Setting>()(z.strictObject({ id: text, version, value: text }));

const tombstoneSchema = exactly<Tombstone>()(
  z.strictObject({
    id: text,
    version,
    provider: text,
    thopterId: text,
    until: time,
    createdAt: time,
  }),
);

const schemas: { [K in Kind]: z.ZodObject & z.ZodType<Records[K]> } = {
  thopter: thopterSchema,
  operation: operationSchema,
  approval: approvalSchema,
  person: personSchema,
  token: tokenSchema,
  audit: auditSchema,
  setting: settingSchema,
  tombstone: tombstoneSchema,
  card: cardSchema,
  repository: repositorySchema,
  identity: identitySchema,
};

// `Object.keys` answers with strings, though the type above allows no other keys.
export const kinds = Object.keys(schemas) as Kind[];

/** A row that is no record of this version of thopter. */
export class DamagedRecordError extends Error {
  override name = "DamagedRecordError";

  constructor(key: string, reason: string, cause?: unknown) {
    const message =
      `Cannot read record "${key}": ${reason}. It is damaged, or another version of thopter wrote it. ` +
      "Restore the data directory from a backup, or use that version.";
    super(message, cause === undefined ? {} : { cause });
  }
}

/** Reads a record back from its JSON text; throws DamagedRecordError. */
export function parseRecord<K extends Kind>(kind: K, key: string, json: string): Records[K] {
  return checked(key, schemas[kind].safeParse(parseJson(key, json)));
}

/** Reads some fields of records back, whose values are in the order of the fields; throws DamagedRecordError. */
export function createHeadParser<K extends Kind, F extends keyof Records[K] & string>(
  kind: K,
  fields: readonly F[],
): (key: string, values: readonly unknown[]) => Pick<Records[K], F> {
  const picked = Object.fromEntries(fields.map((field) => [field, true]));
  // They are fields of the kind, and what the schema lets through is of their types.
  const schema = schemas[kind].pick(picked as never) as unknown as z.ZodType<Pick<Records[K], F>>;
  return (key, values) => {
    const head: Record<string, unknown> = {};
    for (const [at, field] of fields.entries()) if (values[at] !== null) head[field] = values[at];
    return checked(key, schema.safeParse(head));
  };
}

function checked<T>(key: string, result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw new DamagedRecordError(key, `${place}${issue?.message ?? "it is invalid"}`, result.error);
}

function parseJson(key: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new DamagedRecordError(key, "its text is not JSON", error);
  }
}
