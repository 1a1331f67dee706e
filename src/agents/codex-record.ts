import { z } from "zod";
import type { TranscriptEntry } from "../core/ports/agent.ts";
import type { ConversationRecord } from "./conversations.ts";
import { askedText, entriesOf, parseLine, textIn, type Said } from "./record-line.ts";

const textPart = z.object({ type: z.enum(["input_text", "output_text"]), text: z.string() });
const kinds = z.object({ content_item_kinds: z.array(z.string()).optional() });
const output = z.union([z.string(), z.array(z.unknown())]).catch("");

const payload = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    role: z.string(),
    content: z.array(z.unknown()),
    internal_chat_message_metadata_passthrough: kinds.optional().catch(undefined),
  }),
  z.object({ type: z.literal("function_call"), name: z.string(), arguments: z.string() }),
  z.object({ type: z.literal("custom_tool_call"), name: z.string(), input: z.string() }),
  z.object({ type: z.literal("function_call_output"), output }),
  z.object({ type: z.literal("custom_tool_call_output"), output }),
]);
type Payload = z.output<typeof payload>;
type Message = Extract<Payload, { type: "message" }>;

const line = z.object({
  type: z.literal("response_item"),
  timestamp: z.string().max(40).optional().catch(undefined),
  payload,
});

/** What earlier versions put in as if the user had said it. */
const putIn = /^\s*(?:<[a-z_]+>|# AGENTS\.md instructions)/;

/** The conversations that Codex keeps in its home. */
export const codexRecord: ConversationRecord = {
  directory: ".codex/sessions",
  depth: 4,
  glob: "rollout-*.jsonl",
  pattern: /^rollout-[0-9T-]+-([0-9a-f-]{36})\.jsonl$/,
  parse: parseCodexLine,
};

/** What a line of Codex's own record says; nothing where it makes no sense. */
export function parseCodexLine(text: string): TranscriptEntry[] {
  const found = parseLine(text, line);
  return found === undefined ? [] : entriesOf(saidIn(found.payload), found.timestamp);
}

function saidIn(said: Payload): Said[] {
  switch (said.type) {
    case "message":
      return messageOf(said);
    case "function_call":
      return [{ role: "tool", text: askedText(said.name, said.arguments) }];
    case "custom_tool_call":
      return [{ role: "tool", text: askedText(said.name, said.input) }];
    case "function_call_output":
    case "custom_tool_call_output":
      return [{ role: "tool", text: `→ ${textIn(said.output, textPart)}` }];
  }
}

function messageOf(said: Message): Said[] {
  const text = textIn(said.content, textPart);
  if (said.role === "assistant") return [{ role: "agent", text }];
  if (said.role !== "user") return [];
  const { content_item_kinds: marks } = said.internal_chat_message_metadata_passthrough ?? {};
  const isPerson = marks?.some((one) => one.startsWith("user.")) ?? !putIn.test(text);
  return isPerson ? [{ role: "person", text }] : [];
}
