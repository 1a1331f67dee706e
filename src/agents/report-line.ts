import { z } from "zod";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";

const longestQuestion = 4000;
const mostChoices = 20;
const longestChoice = 200;
const longestLimit = 300;
/** The last moment that a date can hold. */
const latestTime = 8.64e15;

/** The keys that may give an answer, by their names in tmux. */
const answerKeys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "Escape"] as const;

const choice = z
  .string()
  .transform((text) => stripControls(text).replaceAll(/\s+/g, " ").trim())
  // One that hides something, or would have to be cut, is no fair choice.
  .refine((text) => text !== "" && untrustedText(text, { maxLength: longestChoice }) === text);

function shown(maxLength: number) {
  return z.string().transform((text) => untrustedText(text.trim(), { maxLength }));
}

/** What any report may say beside its status. What makes no sense is left out. */
const beside = {
  /** What it said last. Not cut here: half a secret would no longer be known as one. */
  message: shown(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
  /** The conversation that it is in, by the agent's own name for it. */
  conversation: z.uuid().optional().catch(undefined),
};

const reportSchema = z.union([
  z.object({ status: z.enum(["working", "idle", "done"]), ...beside }),
  z.object({
    status: z.literal("limited"),
    limit: shown(longestLimit).exactOptional(),
    resetsAt: z.int().positive().max(latestTime).optional().catch(undefined),
    ...beside,
  }),
  z.object({
    status: z.literal("waiting"),
    question: shown(longestQuestion)
      .refine((text) => text !== "")
      .exactOptional(),
    choices: z.array(choice).max(mostChoices).exactOptional(),
    keys: z.array(z.enum(answerKeys)).max(mostChoices).exactOptional(),
    shows: z.array(z.string()).max(mostChoices).exactOptional(),
    ...beside,
  }),
]);

/** A line of the spool: what the agent reports, or what the hub notes. */
export const lineSchema = z.union([
  reportSchema,
  z.object({ hub: z.literal("launched") }),
  z.object({ hub: z.literal("told") }),
  z.object({ hub: z.literal("answered"), hash: z.string(), id: z.string() }),
  z.object({ hub: z.literal("unanswered"), id: z.string() }),
]);

export type Line = z.output<typeof lineSchema>;
export type ReportLine = z.output<typeof reportSchema>;
