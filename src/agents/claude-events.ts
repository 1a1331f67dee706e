import { z } from "zod";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";

const line = z.object({ event: z.string() });

const event = z.object({
  hook_event_name: z.string(),
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
/** Of these dialogs no key is known that means the same in each version. */
const unlikeOthers = ["AskUserQuestion", "ExitPlanMode", "EnterPlanMode"];

/** Makes a report of what a hook of Claude Code wrote; answers with any other line as it is. */
export function translateClaude(written: unknown): unknown {
  const found = line.safeParse(written);
  if (!found.success) return written;
  const known = parseEvent(found.data.event);
  if (known?.hook_event_name === "PermissionRequest") return questionOf(known);
  if (known?.hook_event_name === "StopFailure") return failureOf(known);
  return undefined;
}

function failureOf({ error, last_assistant_message: limit }: Event): unknown {
  if (error === "rate_limit") {
    return { status: "limited", ...(limit !== undefined && { limit }) };
  }
  // A person has to log it in again, or to pay.
  const needsPerson = error === "authentication_failed" || error === "billing_error";
  return { status: needsPerson ? "waiting" : "idle" };
}

function questionOf({ tool_name: tool = "a tool", tool_input: input = {} }: Event): unknown {
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

function choiceOf(input: Record<string, unknown>): unknown {
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

function dismissible(tool: string, input: Record<string, unknown>): unknown {
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

/** An event that was cut off still says which tool on which file it is about. */
function parseEvent(text: string): Event | undefined {
  try {
    return event.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: it was cut off.
    const name = /"hook_event_name":"(\w+)"/.exec(text)?.[1];
    const tool = /"tool_name":"([\w-]+)"/.exec(text)?.[1];
    if (name === undefined || tool === undefined) return undefined;
    const [, path] = /"file_path":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
    const input = path === undefined ? {} : { file_path: path, too_long_to_show: true };
    return { hook_event_name: name, tool_name: tool, tool_input: input };
  }
}
