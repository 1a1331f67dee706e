import { createHash } from "node:crypto";
import type { Question } from "../core/thopter.ts";
import { lineSchema, type Line, type ReportLine } from "./report-line.ts";

/**
 * What an agent says of itself, a JSON object in each line of its spool. Anyone on the machine can
 * write there: it informs, and never authorises.
 */
export type Report =
  | { status: "working" | "idle" | "done" }
  | { status: "limited"; limit?: string; resetsAt?: number }
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

/** A question that keys answer, not words. */
export type Dialog = {
  /** The key for each choice. */
  keys: ReadonlyMap<string, string>;
  /** What the terminal shows while it is open. */
  shows: readonly string[];
};

/** What still holds of what an agent reported, and who answered its question. */
export type Standing = {
  report?: Report;
  /** Whether it has reported anything since it was launched. */
  hasSpoken?: true;
  /** What it said last since it was launched. */
  lastMessage?: string;
  /** The conversation that it is in, or was before its last end. */
  conversation?: string;
  /** How its question is answered, where words do not do. */
  dialog?: Dialog;
  /** The id of the answer that closed each question. */
  answers: ReadonlyMap<string, string>;
};

/** Makes a report of a line in an agent's own language; answers with any other line as it is. */
export type Translate = (line: unknown) => unknown;

/** Reads the end of a spool; lines that make no sense are passed over. */
export function parseSpool(end: SpoolEnd, translate: Translate = (line) => line): Standing {
  const answers = new Map<string, string>();
  let said: Said = {};
  for (const { line, position } of linesOf(end, translate)) {
    if (!("hub" in line)) said = saidIn(line, { before: said, position });
    else if (line.hub === "launched") said = conversationOf(said);
    else if (line.hub === "told") said = isQuestion(said.report) ? said : withoutReport(said);
    else if (line.hub === "unanswered") forget(answers, line.id);
    else if (!answers.has(line.hash)) answers.set(line.hash, line.id);
  }
  const isOver = said.report !== undefined && isAnswered(said.report, answers);
  return { ...(isOver ? withoutReport(said) : said), answers };
}

type Said = Omit<Standing, "answers">;

/** What still holds once a report does not. */
export function withoutReport({ report: _report, dialog: _dialog, ...rest }: Said): Said {
  return rest;
}

function conversationOf({ conversation }: Said): Said {
  return conversation === undefined ? {} : { conversation };
}

function saidIn(line: ReportLine, { before, position }: { before: Said; position: number }): Said {
  const { message = before.lastMessage, conversation = before.conversation } = line;
  const dialog = dialogOf(line);
  return {
    hasSpoken: true,
    report: reportOf(line, position),
    ...(dialog !== undefined && { dialog }),
    ...(message !== undefined && message !== "" && { lastMessage: message }),
    ...(conversation !== undefined && { conversation }),
  };
}

function dialogOf(line: ReportLine): Dialog | undefined {
  if (line.status !== "waiting" || line.keys === undefined) return undefined;
  const { choices = [], keys, shows = [] } = line;
  const pairs = choices.flatMap((one, index): [string, string][] => {
    const key = keys[index];
    return key === undefined ? [] : [[one, key]];
  });
  return { keys: new Map(pairs), shows };
}

function reportOf(line: ReportLine, position: number): Report {
  if (line.status === "limited") {
    const { limit, resetsAt } = line;
    return {
      status: "limited",
      ...(limit !== undefined && { limit }),
      ...(resetsAt !== undefined && { resetsAt }),
    };
  }
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

export function isQuestion(report: Report | undefined): boolean {
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

function* linesOf(
  { start, bytes }: SpoolEnd,
  translate: Translate,
): Generator<{ line: Line; position: number }> {
  // What begins before the end that was read is no whole line.
  let at = start === 0 ? 0 : bytes.indexOf(newline) + 1;
  if (start > 0 && at === 0) return;
  while (at < bytes.length) {
    const found = bytes.indexOf(newline, at);
    const end = found === -1 ? bytes.length : found;
    const line = end - at > longestLine ? undefined : parseLine(bytes.subarray(at, end), translate);
    if (line !== undefined) yield { line, position: start + at };
    at = end + 1;
  }
}

const newline = 10;

function parseLine(bytes: Uint8Array, translate: Translate): Line | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!text.startsWith("{")) return undefined;
  try {
    return lineSchema.safeParse(translate(JSON.parse(text))).data;
  } catch {
    // No JSON: as good as nothing said.
    return undefined;
  }
}
