import { z } from "zod";
import type { ClaudePermissions } from "./claude-hooks.ts";
import { reportQuestion, type ClaudeRequest } from "./claude-questions.ts";
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

const longestSecret = 4096;

/** Makes a report of what a hook of Claude Code wrote; answers with any other line as it is. */
export function translateClaude(
  written: unknown,
  permissions: ClaudePermissions = "default",
): unknown {
  const found = line.safeParse(written);
  if (!found.success) return written;
  const known = parseEvent(found.data.event);
  if (known === undefined) return undefined;
  const report = reportOf(known, { at: found.data.at, permissions });
  if (report === undefined) return undefined;
  const { session_id: conversation } = known;
  return { ...report, ...(conversation !== undefined && { conversation }) };
}

type Circumstances = { at: number | undefined; permissions: ClaudePermissions };

function reportOf(known: Event, { at, permissions }: Circumstances): object | undefined {
  switch (known.hook_event_name) {
    case "SessionStart":
      return { status: "working" };
    case "PermissionRequest":
      return reportQuestion(requestOf(known), permissions);
    case "Stop":
      return { status: "idle", ...messageOf(known) };
    case "StopFailure":
      return failureOf(known, at);
    default:
      return undefined;
  }
}

function requestOf({ tool_name: tool = "a tool", tool_input: input = {} }: Event): ClaudeRequest {
  return { tool, input };
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
  if (tool === "ExitPlanMode") return { ...begun, tool_name: tool, tool_input: startOfPlan(text) };
  const [, path] = /"file_path":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  const input = path === undefined ? {} : { file_path: path, too_long_to_show: true };
  return { ...begun, tool_name: tool, tool_input: input };
}

function startOfPlan(text: string): Record<string, unknown> {
  const plan = startOfText(text, "plan");
  return plan === undefined ? {} : { plan: `${plan}…` };
}

/** Without its last part, for the cut may have left half a secret there. */
function startOfMessage(text: string): Pick<Event, "last_assistant_message"> {
  const message = startOfText(text, "last_assistant_message");
  return message === undefined ? {} : { last_assistant_message: `${message}…` };
}

function startOfText(text: string, field: string): string | undefined {
  const [, written = ""] = new RegExp(`"${field}":"((?:[^"\\\\]|\\\\.)*)`).exec(text) ?? [];
  const kept = /^(?:[^\\]|\\(?:u[\da-f]{4}|.))*/i.exec(written.slice(0, -longestSecret))?.[0] ?? "";
  try {
    const begun: unknown = JSON.parse(`"${kept.replace(/\\u?[\da-f]{0,3}$/i, "")}"`);
    return typeof begun === "string" && begun !== "" ? begun : undefined;
  } catch {
    // Cut within a sign that is written in several.
    return undefined;
  }
}
