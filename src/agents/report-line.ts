import { z } from "zod";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";

const longestQuestion = 4000;
const mostChoices = 20;
const longestChoice = 200;
const mostTabs = 4;
const longestLimit = 300;
/** The last moment that a date can hold. */
const latestTime = 8.64e15;

/** The rows of a menu that may give an answer: their numbers differ, and the screen tells them. */
export const planRows = {
  edits: "Yes, manually approve edits",
  bypass: "Yes, and switch to BYPASS PERMISSIONS (no further prompts) for this session",
} as const;

/** The row that lets it plan first; its menu has no numbers. */
export const planFirst = "Yes, enter plan mode";

const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
/** What may give an answer: keys by their names in tmux, or rows by their words. */
const answerKeys = [...digits, "Escape", planRows.edits, planRows.bypass, planFirst] as const;

const choice = z
  .string()
  .transform((text) => stripControls(text).replaceAll(/\s+/g, " ").trim())
  // One that hides something, or would have to be cut, is no fair choice.
  .refine((text) => text !== "" && untrustedText(text, { maxLength: longestChoice }) === text);

function shown(maxLength: number) {
  return z.string().transform((text) => untrustedText(text.trim(), { maxLength }));
}

const asked = {
  question: shown(longestQuestion).refine((text) => text !== ""),
  choices: z.array(choice).max(mostChoices).exactOptional(),
  keys: z.array(z.enum(answerKeys)).max(mostChoices).exactOptional(),
  shows: z.array(z.string()).max(mostChoices).exactOptional(),
  /** Whether several choices may be ticked, each by its key. */
  several: z.literal(true).exactOptional(),
  /** What words of one's own begin with, where it takes such. */
  words: z.enum(["", "No, "]).exactOptional(),
  /** Whether a key only goes to its row, and Enter takes it. */
  enter: z.literal(true).exactOptional(),
  /** Whether its menu has no numbers. */
  unnumbered: z.literal(true).exactOptional(),
  /** The tabs of its questions, where somebody may have gone from one to another. */
  tabs: z.array(z.string()).max(mostTabs).exactOptional(),
  /** Whether all answers are shown once more behind it, to be submitted. */
  reviewed: z.literal(true).exactOptional(),
};
const mostNext = 3;

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
    ...asked,
    question: asked.question.exactOptional(),
    /** What the same dialog asks next, once this is answered. */
    next: z.array(z.object(asked)).max(mostNext).exactOptional(),
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

/** One question of a line. */
export type AskedLine = z.output<z.ZodObject<typeof asked>>;
export type Line = z.output<typeof lineSchema>;
export type ReportLine = z.output<typeof reportSchema>;
