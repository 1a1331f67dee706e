import { z } from "zod";
import { stripControls } from "../core/untrusted-text.ts";

/** One thing that was said or done in a conversation. Untrusted text. */
export type CodexEntry = {
  /** When, in milliseconds since the epoch. */
  at?: number;
  role: "person" | "agent" | "tool";
  text: string;
};

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

/** What a line of Codex's own record says; nothing where it makes no sense. */
export function parseCodexLine(text: string): CodexEntry[] {
  const found = parse(text);
  if (found === undefined) return [];
  const at = Date.parse(found.timestamp ?? "");
  return saidIn(found.payload)
    .map(({ role, text: words }) => ({ role, text: stripControls(words).trim() }))
    .filter(({ text: words }) => words !== "")
    .map((said) => (Number.isNaN(at) ? said : { at, ...said }));
}

function parse(text: string): z.output<typeof line> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: a part of a line, or none of Codex's.
    return undefined;
  }
}

function saidIn(said: Payload): CodexEntry[] {
  switch (said.type) {
    case "message":
      return messageOf(said);
    case "function_call":
      return [{ role: "tool", text: oneLine(`${said.name}: ${said.arguments}`) }];
    case "custom_tool_call":
      return [{ role: "tool", text: oneLine(`${said.name}: ${said.input}`) }];
    case "function_call_output":
    case "custom_tool_call_output":
      return [{ role: "tool", text: `→ ${textOf(said.output)}` }];
  }
}

function messageOf(said: Message): CodexEntry[] {
  const text = textOf(said.content);
  if (said.role === "assistant") return [{ role: "agent", text }];
  if (said.role !== "user") return [];
  const { content_item_kinds: marks } = said.internal_chat_message_metadata_passthrough ?? {};
  const isPerson = marks?.some((one) => one.startsWith("user.")) ?? !putIn.test(text);
  return isPerson ? [{ role: "person", text }] : [];
}

function textOf(content: string | unknown[]): string {
  if (typeof content === "string") return content;
  return content.flatMap((one) => textPart.safeParse(one).data?.text ?? []).join("\n");
}

function oneLine(text: string): string {
  return stripControls(text).replaceAll(/\s+/g, " ");
}
