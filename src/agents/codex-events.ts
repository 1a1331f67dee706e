import { z } from "zod";
import { untrustedText } from "../core/untrusted-text.ts";
import { shownStart } from "./screen-text.ts";

const line = z.object({ event: z.string() });

const event = z.object({
  hook_event_name: z.enum(["SessionStart", "PermissionRequest", "Stop"]),
  session_id: z.string().exactOptional(),
  tool_name: z.string().exactOptional(),
  tool_input: z.record(z.string(), z.unknown()).exactOptional(),
  last_assistant_message: z.string().nullable().exactOptional(),
});
type Event = z.output<typeof event>;

const longestWords = 3500;
/** The dialogs of these tools are known, and so what their keys mean. */
const known: ReadonlyMap<string, string> = new Map([
  ["Bash", "run"],
  ["apply_patch", "make this change"],
]);

/** Makes a report of what a hook of Codex wrote; answers with any other line as it is. */
export function translateCodex(written: unknown): unknown {
  const found = line.safeParse(written);
  if (!found.success) return written;
  const happened = parseEvent(found.data.event);
  if (happened === undefined) return undefined;
  const { session_id: conversation } = happened;
  return { ...reportOf(happened), ...(conversation !== undefined && { conversation }) };
}

function reportOf(happened: Event): object {
  switch (happened.hook_event_name) {
    case "SessionStart":
      return { status: "working" };
    case "PermissionRequest":
      return questionOf(happened);
    case "Stop": {
      const { last_assistant_message: message } = happened;
      return { status: "idle", ...(typeof message === "string" && { message }) };
    }
  }
}

function questionOf({ tool_name: tool = "a tool", tool_input: input = {} }: Event): object {
  const verb = known.get(tool);
  const [, server, ofServer] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  if (server !== undefined && ofServer !== undefined) {
    return {
      status: "waiting",
      question: `Codex asks whether it may use ${ofServer} of the MCP server ${server}: ${wordsOf(input)}`,
      choices: ["Yes", "No"],
      keys: ["1", "Escape"],
      shows: ["MCP server to run tool", "1. Allow", ...[server, ofServer].map(longestWord)],
    };
  }
  if (verb === undefined) {
    return {
      status: "waiting",
      question: `Codex asks something about ${tool} that only its terminal can answer ("thopter attach" goes there); here it can be dismissed: ${wordsOf(input)}`,
      choices: ["Dismiss"],
      keys: ["Escape"],
      shows: [],
    };
  }
  const { command } = input;
  const evidence = tool === "Bash" && typeof command === "string" ? [shownStart(command)] : [];
  return {
    status: "waiting",
    question: `Codex asks whether it may ${verb}: ${wordsOf(input)}`,
    choices: ["Yes", "No"],
    keys: ["1", "Escape"],
    shows: ["1. Yes, proceed", ...evidence],
  };
}

/** Of a name whose other signs may have been replaced. */
function longestWord(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u);
  return words.reduce((longest, one) => (one.length > longest.length ? one : longest), "");
}

function wordsOf(input: Record<string, unknown>): string {
  const { command, description: reason } = input;
  const what = typeof command === "string" ? command : JSON.stringify(input);
  const why = typeof command === "string" && typeof reason === "string" ? ` (${reason})` : "";
  return untrustedText(`${what}${why}`, { maxLength: longestWords });
}

/** An event that was cut off still says what it is, which tool it is about, and how its command begins. */
function parseEvent(text: string): Event | undefined {
  try {
    return event.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: it was cut off.
    const [, name] = /"hook_event_name":"(\w+)"/.exec(text) ?? [];
    const [, id] = /"session_id":"([\w-]+)"/.exec(text) ?? [];
    const [, tool] = /"tool_name":"([\w-]+)"/.exec(text) ?? [];
    const [, begun] = /"command":"((?:[^"\\]|\\.)*)/.exec(text) ?? [];
    const command = begun === undefined ? undefined : parseWords(begun);
    return event.safeParse({
      hook_event_name: name,
      ...(id !== undefined && { session_id: id }),
      ...(tool !== undefined && { tool_name: tool }),
      tool_input: command === undefined ? { too_long_to_show: true } : { command },
    }).data;
  }
}

function parseWords(begun: string): string | undefined {
  try {
    return z.string().safeParse(JSON.parse(`"${begun}"`)).data;
  } catch {
    // Cut off within an escape.
    return undefined;
  }
}
