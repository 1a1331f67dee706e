import { createHash } from "node:crypto";
import { z } from "zod";
import type { Question } from "../core/thopter.ts";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";

/**
 * What an agent says of itself, a JSON object in each line of its spool. Anyone on the machine can
 * write there: it informs, and never authorises.
 */
export type Report =
  | { status: "working" | "idle" | "limited" | "done" }
  | { status: "waiting"; question?: Question };

/** What the hub notes between an agent's reports. Forged, it closes nothing but the agent's own. */
export type Note =
  | { hub: "launched" }
  | { hub: "told" }
  | { hub: "answered"; hash: string; id: string }
  | { hub: "unanswered"; id: string };

/** The end of a spool, and the byte that it starts at. */
export type SpoolEnd = { start: number; bytes: Uint8Array };

/** How much of a spool's end counts. */
export const spoolBytes = 64 * 1024;
const longestLine = 16 * 1024;
const longestQuestion = 4000;
const mostChoices = 20;
const longestChoice = 200;

const choice = z
  .string()
  .transform((text) => stripControls(text).replaceAll(/\s+/g, " ").trim())
  // One that hides something, or would have to be cut, is no fair choice.
  .refine((text) => text !== "" && untrustedText(text, { maxLength: longestChoice }) === text);

const lineSchema = z.union([
  z.object({ status: z.enum(["working", "idle", "limited", "done"]) }),
  z.object({
    status: z.literal("waiting"),
    question: z
      .string()
      .transform((text) => untrustedText(text.trim(), { maxLength: longestQuestion }))
      .refine((text) => text !== "")
      .exactOptional(),
    choices: z.array(choice).max(mostChoices).exactOptional(),
  }),
  z.object({ hub: z.literal("launched") }),
  z.object({ hub: z.literal("told") }),
  z.object({ hub: z.literal("answered"), hash: z.string(), id: z.string() }),
  z.object({ hub: z.literal("unanswered"), id: z.string() }),
]);
type Line = z.output<typeof lineSchema>;

/** What still holds of what an agent reported, and who answered its question. */
export type Standing = {
  report?: Report;
  /** The id of the answer that closed each question. */
  answers: ReadonlyMap<string, string>;
};

/** Reads the end of a spool; lines that make no sense are passed over. */
export function parseSpool(end: SpoolEnd): Standing {
  const answers = new Map<string, string>();
  let report: Report | undefined;
  for (const { line, position } of linesOf(end)) {
    if (!("hub" in line)) report = reportOf(line, position);
    else if (line.hub === "launched") report = undefined;
    else if (line.hub === "told") report = isQuestion(report) ? report : undefined;
    else if (line.hub === "unanswered") forget(answers, line.id);
    else if (!answers.has(line.hash)) answers.set(line.hash, line.id);
  }
  if (report === undefined || isAnswered(report, answers)) return { answers };
  return { report, answers };
}

function reportOf(line: Exclude<Line, { hub: string }>, position: number): Report {
  if (line.status !== "waiting") return { status: line.status };
  const { question: text, choices: offered = [] } = line;
  if (text === undefined) return { status: "waiting" };
  const choices = [...new Set(offered)];
  const hash = hashOf([text, choices, position]);
  return {
    status: "waiting",
    question: { text, hash, ...(choices.length > 0 && { choices }) },
  };
}

/** By its place in the spool as well: the same question once more is another one. */
function hashOf(question: readonly [string, readonly string[], number]): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 32);
}

function isQuestion(report: Report | undefined): boolean {
  return report?.status === "waiting" && report.question !== undefined;
}

function isAnswered(report: Report, answers: Standing["answers"]): boolean {
  return (
    report.status === "waiting" &&
    report.question !== undefined &&
    answers.has(report.question.hash)
  );
}

/** An answer that was noted but could not be given. */
function forget(answers: Map<string, string>, id: string): void {
  for (const [hash, one] of answers) if (one === id) answers.delete(hash);
}

function* linesOf({ start, bytes }: SpoolEnd): Generator<{ line: Line; position: number }> {
  // What begins before the end that was read is no whole line.
  let at = start === 0 ? 0 : bytes.indexOf(newline) + 1;
  if (start > 0 && at === 0) return;
  while (at < bytes.length) {
    const found = bytes.indexOf(newline, at);
    const end = found === -1 ? bytes.length : found;
    const line = end - at > longestLine ? undefined : parseLine(bytes.subarray(at, end));
    if (line !== undefined) yield { line, position: start + at };
    at = end + 1;
  }
}

const newline = 10;

function parseLine(bytes: Uint8Array): Line | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!text.startsWith("{")) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: as good as nothing said.
    return undefined;
  }
}
