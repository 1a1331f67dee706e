import type { Question } from "../core/thopter.ts";
import { askedIn, type Asked, type Dialog } from "./asked.ts";
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
  return { ...withOpenQuestion(said, answers), answers };
}

type Stands = Omit<Standing, "answers">;
/** The same, with all that its last line asks. */
type Said = Omit<Stands, "dialog"> & { asked?: readonly Asked[] };

/** What still holds once a report does not. */
export function withoutReport(said: Stands & Said): Stands {
  const { report: _report, dialog: _dialog, asked: _asked, ...rest } = said;
  return rest;
}

function conversationOf({ conversation }: Said): Said {
  return conversation === undefined ? {} : { conversation };
}

function saidIn(line: ReportLine, { before, position }: { before: Said; position: number }): Said {
  const { message = before.lastMessage, conversation = before.conversation } = line;
  const asked = askedIn(line, position);
  return {
    hasSpoken: true,
    report: reportOf(line, asked[0]?.question),
    ...(asked.length > 0 && { asked }),
    ...(message !== undefined && message !== "" && { lastMessage: message }),
    ...(conversation !== undefined && { conversation }),
  };
}

function reportOf(line: ReportLine, question: Question | undefined): Report {
  if (line.status === "limited") {
    const { limit, resetsAt } = line;
    return {
      status: "limited",
      ...(limit !== undefined && { limit }),
      ...(resetsAt !== undefined && { resetsAt }),
    };
  }
  if (line.status !== "waiting") return { status: line.status };
  return { status: "waiting", ...(question !== undefined && { question }) };
}

export function isQuestion(report: Report | undefined): boolean {
  return report?.status === "waiting" && report.question !== undefined;
}

/** What is asked now: of several questions of one dialog the first that nobody has answered. */
function withOpenQuestion({ asked, ...said }: Said, answers: Standing["answers"]): Stands {
  if (asked === undefined) return said;
  const open = asked.find(({ question }) => !answers.has(question.hash));
  if (open === undefined) return withoutReport(said);
  const { question, dialog } = open;
  const report: Report = { status: "waiting", question };
  return { ...said, report, ...(dialog !== undefined && { dialog }) };
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
