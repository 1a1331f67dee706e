import type { z } from "zod";
import type { TranscriptEntry } from "../core/ports/agent.ts";
import { stripControls } from "../core/untrusted-text.ts";

/** One thing that a line of a record says. */
export type Said = Pick<TranscriptEntry, "role" | "text">;

/** What a line holds; undefined where it is not of that shape, or only a part of a line. */
export function parseLine<T>(text: string, schema: z.ZodType<T>): T | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON, so nothing that the agent wrote.
    return undefined;
  }
}

/** What of it makes words, and when it was said. */
export function entriesOf(said: readonly Said[], timestamp: string | undefined): TranscriptEntry[] {
  const at = Date.parse(timestamp ?? "");
  return said
    .map(({ role, text }) => ({ role, text: stripControls(text).trim() }))
    .filter(({ text }) => text !== "")
    .map((one) => (Number.isNaN(at) ? one : { at, ...one }));
}

/** The text of a content: all of it, or the parts of it that are text. */
export function textIn(content: string | unknown[], textPart: z.ZodType<{ text: string }>): string {
  if (typeof content === "string") return content;
  return content.flatMap((one) => textPart.safeParse(one).data?.text ?? []).join("\n");
}

/** What a tool was asked. */
export function askedText(tool: string, request: string): string {
  return stripControls(`${tool}: ${request}`).replaceAll(/\s+/g, " ");
}
