import { z } from "zod";
import type { Block, Player } from "../agents/messages-api.ts";

/** What a tool answered. */
export type ToolResult = { tool: string; ok: boolean; text: string };

/** What a model does next, while it has not ended with its last words. */
export type Call = { tool: string; input: Record<string, unknown> };

/**
 * A model's whole work as a generator: it yields its calls, is handed their results, and returns its
 * last words. Each request holds the whole conversation and plays it from the start, so it may do
 * nothing but that.
 */
export type Script = () => Generator<Call, string, ToolResult>;

const text = z.object({ type: z.literal("text"), text: z.string() });
const toolUse = z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string() });
const toolResult = z.object({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  is_error: z.boolean().optional(),
  content: z.union([z.string(), z.array(z.union([text, z.object({ type: z.string() })]))]),
});
const part = z.union([toolUse, toolResult, z.object({ type: z.string() })]);
const conversation = z.object({
  messages: z.array(z.object({ content: z.union([z.string(), z.array(part)]) })),
});

/** Claude Code puts it before the name of each tool of the server "thopter". */
export const prefix = "mcp__thopter__";

/** Calls a tool of the hub. */
export function use(tool: string, input: Record<string, unknown>): Call {
  return { tool: prefix + tool, input };
}

/** Calls a tool that waits until what it waits for has come. */
export function* waitWith(
  tool: string,
  input: Record<string, unknown>,
): Generator<Call, ToolResult, ToolResult> {
  for (;;) {
    const result = yield use(tool, { ...input, timeout_seconds: 40 });
    if (!result.ok || answerOf<{ done: boolean }>(result).done) return result;
  }
}

/** What a tool of the hub answered: Claude Code hands its structure on as JSON. */
export function answerOf<T>({ text: json }: ToolResult): T {
  // Each script looks for the fields that it needs.
  return JSON.parse(json) as T;
}

/** A model that works by this script. */
export function playerOf(script: Script): Player {
  return (body) => {
    const work = script();
    let step = work.next();
    for (const result of resultsIn(body)) {
      if (step.done !== true) step = work.next(result);
    }
    return [blockOf(step)];
  };
}

/** What the tools have answered in the conversation that a request holds, in order. */
export function resultsIn(body: string): ToolResult[] {
  const { messages } = conversation.parse(JSON.parse(body));
  const parts = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const tools = new Map(parts.flatMap((one) => ("name" in one ? [[one.id, one.name]] : [])));
  return parts.flatMap((one) => {
    if (!("tool_use_id" in one)) return [];
    const words =
      typeof one.content === "string"
        ? one.content
        : one.content.map((piece) => ("text" in piece ? piece.text : "")).join("\n");
    const tool = tools.get(one.tool_use_id) ?? "unknown";
    return [{ tool, ok: one.is_error !== true, text: words }];
  });
}

function blockOf(step: IteratorResult<Call, string>): Block {
  if (step.done === true) return { type: "text", text: step.value };
  return { type: "tool_use", name: step.value.tool, input: step.value.input };
}
