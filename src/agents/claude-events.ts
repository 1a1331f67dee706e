import { z } from "zod";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";
import { parseReset } from "./limit-reset.ts";

const line = z.object({
  event: z.string(),
  /** When, in seconds since the epoch. */
  at: z.int().positive().max(8.64e12).optional().catch(undefined),
});

const event = z.object({
  hook_event_name: z.string(),
  session_id: z.string().exactOptional(),
  tool_name: z.string().exactOptional(),
  tool_input: z.record(z.string(), z.unknown()).exactOptional(),
  error: z.string().exactOptional(),
  last_assistant_message: z.string().exactOptional(),
});
type Event = z.output<typeof event>;

const oneQuestion = z.object({
  questions: z.tuple([
    z.object({
      question: z.string(),
      multiSelect: z.literal(false).optional(),
      options: z
        .array(z.object({ label: z.string() }))
        .min(1)
        .max(9),
    }),
  ]),
});

const longestChoice = 200;
const longestWords = 3500;
const longestSecret = 4096;
/** Of these dialogs no key is known that means the same in each version. */
const unlikeOthers = ["AskUserQuestion", "ExitPlanMode", "EnterPlanMode"];

/** Makes a report of what a hook of Claude Code wrote; answers with any other line as it is. */
export function translateClaude(written: unknown): unknown {
  const found = line.safeParse(written);
  if (!found.success) return written;
  const known = parseEvent(found.data.event);
  if (known === undefined) return undefined;
  const report = reportOf(known, found.data.at);
  if (report === undefined) return undefined;
  const { session_id: conversation } = known;
  return { ...report, ...(conversation !== undefined && { conversation }) };
}

function reportOf(known: Event, at: number | undefined): object | undefined {
  switch (known.hook_event_name) {
    case "SessionStart":
      return { status: "working" };
    case "PermissionRequest":
      return questionOf(known);
    case "Stop":
      return { status: "idle", ...messageOf(known) };
    case "StopFailure":
      return failureOf(known, at);
    default:
      return undefined;
  }
}

function messageOf({ last_assistant_message: message }: Event): { message?: string } {
  return message === undefined ? {} : { message };
}

function failureOf(known: Event, at: number | undefined): object {
  const { error, last_assistant_message: limit } = known;
  if (error === "rate_limit") {
    const resetsAt =
      limit === undefined || at === undefined ? undefined : parseReset(limit, at * 1000);
    return {
      status: "limited",
      ...(limit !== undefined && { limit }),
      ...(resetsAt !== undefined && { resetsAt }),
    };
  }
  // A person has to log it in again, or to pay.
  const needsPerson = error === "authentication_failed" || error === "billing_error";
  return { status: needsPerson ? "waiting" : "idle", ...messageOf(known) };
}

function questionOf({
  tool_name: tool = "a tool",
  tool_input: input = {},
}: Event): object | undefined {
  if (tool === "AskUserQuestion") return choiceOf(input) ?? dismissible(tool, input);
  if (unlikeOthers.includes(tool)) return dismissible(tool, input);
  return {
    status: "waiting",
    question: `Claude asks whether it may use ${tool}: ${wordsOf(input)}`,
    choices: ["Yes", "No"],
    keys: ["1", "Escape"],
    shows: ["1. Yes", ...evidenceOf(input)],
  };
}

function choiceOf(input: Record<string, unknown>): object | undefined {
  const asked = oneQuestion.safeParse(input);
  if (!asked.success) return undefined;
  const [{ question, options }] = asked.data.questions;
  const choices = options.map(({ label }) => label);
  const isFair = choices.every((one) => isPlain(one)) && new Set(choices).size === choices.length;
  if (!isFair) return undefined;
  const keys = choices.map((_, index) => String(index + 1));
  const shows = [startOf(question), ...choices.map((one, index) => `${keys[index]}. ${one}`)];
  return { status: "waiting", question, choices, keys, shows };
}

function dismissible(tool: string, input: Record<string, unknown>): object {
  return {
    status: "waiting",
    question: `Claude shows a dialog of ${tool} that only its terminal can answer; here it can be dismissed: ${wordsOf(input)}`,
    choices: ["Dismiss"],
    keys: ["Escape"],
    shows: [],
  };
}

function wordsOf(input: Record<string, unknown>): string {
  const { command } = input;
  const words = typeof command === "string" ? command : JSON.stringify(input);
  return untrustedText(words, { maxLength: longestWords });
}

/** What the dialog of a tool shows of it in any case. */
function evidenceOf({ command, file_path: path }: Record<string, unknown>): string[] {
  if (typeof command === "string") return [startOf(command)];
  return typeof path === "string" ? [startOf(path.split("/").at(-1) ?? "")] : [];
}

function startOf(text: string): string {
  return stripControls(text).trim().split("\n", 1).join("").slice(0, 40);
}

function isPlain(label: string): boolean {
  return label !== "" && untrustedText(label.trim(), { maxLength: longestChoice }) === label;
}

function parseEvent(text: string): Event | undefined {
  try {
    return event.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: it was cut off.
    return parseStart(text);
  }
}

/** An event that was cut off still says what it is, and which tool on which file it is about. */
function parseStart(text: string): Event | undefined {
  const name = /"hook_event_name":"(\w+)"/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const [, id] = /"session_id":"([\w-]+)"/.exec(text) ?? [];
  const begun: Event = { hook_event_name: name, ...(id !== undefined && { session_id: id }) };
  if (name === "Stop" || name === "StopFailure") return { ...begun, ...startOfMessage(text) };
  const tool = /"tool_name":"([\w-]+)"/.exec(text)?.[1];
  if (tool === undefined) return undefined;
  const [, path] = /"file_path":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  const input = path === undefined ? {} : { file_path: path, too_long_to_show: true };
  return { ...begun, tool_name: tool, tool_input: input };
}

/** Without its last part, for the cut may have left half a secret there. */
function startOfMessage(text: string): Pick<Event, "last_assistant_message"> {
  const [, written = ""] = /"last_assistant_message":"((?:[^"\\]|\\.)*)/.exec(text) ?? [];
  const kept = /^(?:[^\\]|\\(?:u[\da-f]{4}|.))*/i.exec(written.slice(0, -longestSecret))?.[0] ?? "";
  try {
    const message: unknown = JSON.parse(`"${kept.replace(/\\u?[\da-f]{0,3}$/i, "")}"`);
    return typeof message === "string" && message !== ""
      ? { last_assistant_message: `${message}…` }
      : {};
  } catch {
    // Cut within a sign that is written in several.
    return {};
  }
}
