import { z } from "zod";
import { lanes, operationKinds, operationStatuses, priorities } from "../core/operation.ts";
import type { Operation, OperationError, StepRecord } from "../core/operation.ts";
import { actorSchema, frontSchema } from "./actor-schema.ts";
import { exactly } from "./exactly.ts";

const text = z.string();
const time = z.number();

const stepSchema = exactly<StepRecord>()(
  z.strictObject({
    name: text,
    status: z.enum(["running", "succeeded", "failed", "skipped"]),
    startedAt: time,
    finishedAt: time.exactOptional(),
    note: text.exactOptional(),
    crashes: z.int().exactOptional(),
  }),
);

const errorSchema = exactly<OperationError>()(
  z.strictObject({
    message: text,
    retryable: z.boolean(),
    causes: z.array(text),
    step: text.exactOptional(),
  }),
);

export const operationSchema = exactly<Operation>()(
  z.strictObject({
    id: text,
    version: z.int().positive(),
    kind: z.enum(operationKinds),
    thopterId: text,
    thopterName: text,
    ownerId: text,
    provider: text,
    status: z.enum(operationStatuses),
    lane: z.enum(lanes),
    priority: z.enum(priorities),
    after: z.array(text),
    actor: actorSchema,
    front: frontSchema,
    reason: text.exactOptional(),
    key: text.exactOptional(),
    fingerprint: text.exactOptional(),
    retryOf: text.exactOptional(),
    approvalId: text.exactOptional(),
    force: z.boolean(),
    approved: z
      .strictObject({ machineId: text.exactOptional(), ownerId: text, unsaved: z.boolean() })
      .exactOptional(),
    attempts: z.int(),
    stepNames: z.array(text).exactOptional(),
    steps: z.array(stepSchema),
    progress: text.exactOptional(),
    error: errorSchema.exactOptional(),
    cancelRequested: z.strictObject({ at: time, by: actorSchema, reason: text }).exactOptional(),
    createdAt: time,
    notBefore: time.exactOptional(),
    startedAt: time.exactOptional(),
    finishedAt: time.exactOptional(),
  }),
);
