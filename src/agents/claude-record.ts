import { z } from "zod";
import type { TranscriptEntry } from "../core/ports/agent.ts";
import type { ConversationRecord } from "./conversations.ts";
import { askedText, entriesOf, parseLine, textIn, type Said } from "./record-line.ts";

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

/** The conversations that Claude Code keeps in its home. */
export const claudeRecord: ConversationRecord = {
  directory: ".claude/projects",
  depth: 2,
  glob: "????????-*.jsonl",
  pattern: /^([0-9a-f-]{36})\.jsonl$/,
  parse: parseClaudeLine,
};

/** What a line of Claude Code's own record says; nothing where it makes no sense. */
export function parseClaudeLine(text: string): TranscriptEntry[] {
  const found = parseLine(text, line);
  return found === undefined ? [] : entriesOf(saidIn(found), found.timestamp);
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
      return { role: "tool", text: askedText(one.name, askedOf(one.input)) };
    case "tool_result":
      return { role: "tool", text: `→ ${textIn(one.content, textPart)}` };
  }
}

function askedOf(input: Record<string, unknown>): string {
  const words = telling.map((name) => input[name]).find((value) => typeof value === "string");
  return words ?? Object.keys(input).join(", ");
}
