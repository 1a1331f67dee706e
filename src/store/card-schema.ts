import { z } from "zod";
import type { Card, CardSubject } from "../core/card.ts";
import { exactly } from "./exactly.ts";
import { questionSchema } from "./thopter-schema.ts";

const text = z.string();
const time = z.number();

const subjectSchema = exactly<CardSubject>()(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("request"),
      operationIds: z.array(text),
      askedBy: text,
      thopterId: text.exactOptional(),
      finishedAt: time.exactOptional(),
    }),
    z.strictObject({ kind: z.literal("finish"), operationId: text, thopterId: text }),
    z.strictObject({ kind: z.literal("approval"), approvalId: text }),
    z.strictObject({
      kind: z.literal("question"),
      thopterId: text,
      thopterName: text,
      ownerName: text,
      question: questionSchema,
      answered: z.strictObject({ text, personId: text }).exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("warning"),
      thopterId: text,
      thopterName: text,
      expiresAt: time,
    }),
    z.strictObject({ kind: z.literal("thread"), thopterId: text }),
  ]),
);

export const cardSchema = exactly<Card>()(
  z.strictObject({
    id: text,
    version: z.int().positive(),
    subject: subjectSchema,
    userId: text.exactOptional(),
    channel: text.exactOptional(),
    thread: text.exactOptional(),
    ts: text.exactOptional(),
    digest: text.exactOptional(),
    isDirect: z.boolean(),
    createdAt: time,
    postedAt: time.exactOptional(),
    doneAt: time.exactOptional(),
  }),
);
