import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type {
  AgentSession,
  TranscriptEntry,
  TranscriptPage,
  TranscriptRequest,
} from "../core/ports/agent.ts";
import { stripControls } from "../core/untrusted-text.ts";
import { findConversation, isConversationId } from "./claude-conversation.ts";
import { openTranscript, readPage } from "./transcript-file.ts";

const line = z.object({
  type: z.enum(["user", "assistant"]),
  timestamp: z.string().max(40).optional().catch(undefined),
  // What the program itself puts in, and what its helpers say.
  isMeta: z.literal(false).optional(),
  isSidechain: z.literal(false).optional(),
  message: z.object({ content: z.union([z.string(), z.array(z.unknown())]) }),
});
type Line = z.output<typeof line>;

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const part = z.discriminatedUnion("type", [
  textPart,
  z.object({
    type: z.literal("tool_use"),
    name: z.string(),
    input: z.record(z.string(), z.unknown()).catch({}),
  }),
  z.object({
    type: z.literal("tool_result"),
    content: z.union([z.string(), z.array(z.unknown())]).catch(""),
  }),
]);
type Part = z.output<typeof part>;
type Said = Pick<TranscriptEntry, "role" | "text">;

const mostEntries = 1000;
/** What says most of what a tool was asked, the most telling first. */
const telling = [
  "command",
  "file_path",
  "notebook_path",
  "pattern",
  "path",
  "url",
  "query",
  "description",
  "prompt",
];

/**
 * A page of the conversation that Claude Code keeps in its home. `conversation` is the one that its
 * hooks told of; without it the newest is read.
 */
export async function readClaudeTranscript(
  session: AgentSession,
  { before, maxBytes, ...rest }: TranscriptRequest & { conversation: string | undefined },
  signal: AbortSignal,
): Promise<TranscriptPage> {
  const cursor = before === undefined ? undefined : parseCursor(before);
  const found = await findConversation(session, cursor?.id ?? rest.conversation, signal);
  if (cursor !== undefined && found?.id !== cursor.id) throw noSuchPage();
  if (found === undefined) return { entries: [] };
  const request = {
    end: cursor?.end,
    maxBytes,
    maxEntries: rest.maxEntries ?? mostEntries,
    parse: parseClaudeLine,
  };
  const page = await readPage(openTranscript(session, found.path), request, signal);
  const { entries } = page;
  return { entries, ...(page.before !== undefined && { before: `${found.id}.${page.before}` }) };
}

/** The id of the conversation that Claude Code can go on with; undefined where nothing was said yet. */
export async function conversationToResume(
  session: AgentSession,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await findConversation(session, wanted, signal);
  if (found === undefined) return undefined;
  const newest = { end: undefined, maxBytes: 1, maxEntries: 1, parse: parseClaudeLine };
  const { entries } = await readPage(openTranscript(session, found.path), newest, signal);
  return entries.length === 0 ? undefined : found.id;
}

function parseCursor(text: string): { id: string; end: number } {
  const [, id = "", end] = /^([0-9a-f-]{36})\.(\d{1,15})$/.exec(text) ?? [];
  if (!isConversationId(id)) throw noSuchPage();
  return { id, end: Number(end) };
}

function noSuchPage(): UserError {
  return new UserError(
    "Cannot read that page of the transcript: there is none of that name. Leave it out to read the newest page.",
  );
}

/** What a line of Claude Code's own record says; nothing where it makes no sense. */
export function parseClaudeLine(text: string): TranscriptEntry[] {
  const found = parse(text);
  if (found === undefined) return [];
  const at = Date.parse(found.timestamp ?? "");
  return saidIn(found)
    .map(({ role, text: words }) => ({ role, text: stripControls(words).trim() }))
    .filter(({ text: words }) => words !== "")
    .map((said) => (Number.isNaN(at) ? said : { at, ...said }));
}

function parse(text: string): Line | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: a part of a line, or none of Claude Code's.
    return undefined;
  }
}

function saidIn({ type, message: { content } }: Line): Said[] {
  const role = type === "user" ? "person" : "agent";
  if (typeof content === "string") return [{ role, text: content }];
  return content.flatMap((one) => {
    const known = part.safeParse(one).data;
    return known === undefined ? [] : [partOf(known, role)];
  });
}

function partOf(one: Part, role: "person" | "agent"): Said {
  switch (one.type) {
    case "text":
      return { role, text: one.text };
    case "tool_use":
      return { role: "tool", text: oneLine(`${one.name}: ${askedOf(one.input)}`) };
    case "tool_result":
      return { role: "tool", text: `→ ${resultOf(one.content)}` };
  }
}

function askedOf(input: Record<string, unknown>): string {
  const words = telling.map((name) => input[name]).find((value) => typeof value === "string");
  return words ?? Object.keys(input).join(", ");
}

function resultOf(content: string | unknown[]): string {
  if (typeof content === "string") return content;
  return content.flatMap((one) => textPart.safeParse(one).data?.text ?? []).join("\n");
}

function oneLine(text: string): string {
  return stripControls(text).replaceAll(/\s+/g, " ");
}
