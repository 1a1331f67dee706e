import { z } from "zod";
import { agentStatuses, thopterStatuses } from "../core/thopter.ts";
import type { TemplateChoice } from "../core/template.ts";
import type { AgentState, Question, Rescue, TakenConfig, Thopter } from "../core/thopter.ts";
import { actorSchema } from "./actor-schema.ts";
import { exactly } from "./exactly.ts";
import { chosenIdentitySchema } from "./identity-schema.ts";

const text = z.string();
const time = z.number();

export const questionSchema = exactly<Question>()(
  z.strictObject({
    text,
    hash: text,
    choices: z.array(text).exactOptional(),
    several: z.literal(true).exactOptional(),
    words: text.exactOptional(),
  }),
);

const agentStateSchema = exactly<AgentState>()(
  z.strictObject({
    status: z.enum(agentStatuses),
    since: time,
    exitCode: z.number().exactOptional(),
    question: questionSchema.exactOptional(),
    limit: text.exactOptional(),
    resetsAt: time.exactOptional(),
    lastMessage: text.exactOptional(),
  }),
);

const rescueSchema = exactly<Rescue>()(
  z.strictObject({
    id: text,
    bundlePath: text,
    pushedBranch: text.exactOptional(),
    commits: z.number(),
    uncommittedFiles: z.number(),
    savedAt: time,
  }),
);

const templateSchema = exactly<TemplateChoice>()(
  z.strictObject({ name: text, variables: z.record(text, text) }),
);

const takenConfigSchema = exactly<TakenConfig>()(
  z.strictObject({
    template: text.exactOptional(),
    ttlMs: z.number().exactOptional(),
    setupOff: z.literal(true).exactOptional(),
    setupTimeoutMs: z.number().exactOptional(),
  }),
);

export const thopterSchema = exactly<Thopter>()(
  z.strictObject({
    id: text,
    version: z.int().positive(),
    name: text,
    ownerId: text,
    createdBy: actorSchema,
    labels: z.array(text),
    task: text,
    template: templateSchema.exactOptional(),
    instructions: text.exactOptional(),
    repositoryConfig: takenConfigSchema.exactOptional(),
    repository: text,
    base: text.exactOptional(),
    baseCommit: text.exactOptional(),
    branch: text,
    restoreFrom: text.exactOptional(),
    context: z.array(text).exactOptional(),
    contextFiles: z.array(text).exactOptional(),
    setupTrustedBy: text.exactOptional(),
    provider: text,
    agent: text,
    identity: chosenIdentitySchema.exactOptional(),
    status: z.enum(thopterStatuses),
    agentState: agentStateSchema.exactOptional(),
    restarting: z.union([z.boolean(), z.literal("fresh")]).exactOptional(),
    machineId: text.exactOptional(),
    machineIntentAt: time.exactOptional(),
    keepOnFailure: z.boolean(),
    ttlMs: z.number().exactOptional(),
    createdAt: time,
    readyAt: time.exactOptional(),
    expiresAt: time.exactOptional(),
    warnedAt: time.exactOptional(),
    warnedFor: time.exactOptional(),
    expiredFor: time.exactOptional(),
    goneAt: time.exactOptional(),
    rescue: rescueSchema.exactOptional(),
  }),
);
