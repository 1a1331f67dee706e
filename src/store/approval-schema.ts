import { z } from "zod";
import { approvalStatuses } from "../core/approval.ts";
import type { Approval } from "../core/approval.ts";
import type { Plan, PlanItem } from "../core/plan.ts";
import { agentStatuses, thopterStatuses } from "../core/thopter.ts";
import { actorSchema, frontSchema } from "./actor-schema.ts";
import { exactly } from "./exactly.ts";

const text = z.string();
const time = z.number();

const planItemSchema = exactly<PlanItem>()(
  z.strictObject({
    thopterId: text,
    name: text,
    ownerId: text,
    ownerName: text,
    provider: text,
    machineId: text.exactOptional(),
    status: z.enum(thopterStatuses),
    agentStatus: z.enum(agentStatuses).exactOptional(),
    ageMs: z.number(),
    unsaved: z.strictObject({
      state: z.enum(["no", "yes", "unknown"]),
      commits: z.number(),
      files: z.number(),
    }),
    lineage: z.boolean(),
  }),
);

const planSchema = exactly<Plan>()(
  z.strictObject({
    items: z.array(planItemSchema),
    force: z.boolean(),
    reason: text,
    madeAt: time,
  }),
);

export const approvalSchema = exactly<Approval>()(
  z.strictObject({
    id: text,
    version: z.int().positive(),
    status: z.enum(approvalStatuses),
    plan: planSchema,
    planHash: text,
    requestedBy: actorSchema,
    front: frontSchema,
    deciders: z.array(text),
    askerMayDecide: z.boolean(),
    why: text,
    createdAt: time,
    expiresAt: time,
    decidedBy: text.exactOptional(),
    decidedAt: time.exactOptional(),
    operationIds: z.array(text),
  }),
);
