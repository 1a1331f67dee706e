import type { PlainTextElement } from "@slack/types";
import { untrustedText } from "../../src/core/untrusted-text.ts";

/** Text as mrkdwn that means nothing but itself: no mention, no link, no formatting. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/g, (sign) => `\u2060${sign}\u2060`);
}

/** Text of an agent or another outsider on one line, at most `maxLength` long before it is escaped. */
export function quoted(text: string, maxLength: number): string {
  return escape(untrustedText(text.replace(/\s+/g, " ").trim(), { maxLength }));
}

/** Plain text for a button, a title or an option, cut to Slack's limit for it. */
export function plain(text: string, maxLength: number): PlainTextElement {
  const shown = untrustedText(text.replace(/\s+/g, " ").trim(), { maxLength });
  return { type: "plain_text", text: shown === "" ? "…" : shown, emoji: false };
}

/** Mentions a Slack user. */
export function mention(userId: string): string {
  return `<@${userId}>`;
}
