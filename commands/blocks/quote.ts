import type { ContainerBlock, RichTextBlock } from "@slack/types";
import { untrustedText } from "../../src/core/untrusted-text.ts";
import { plain } from "./text.ts";

type Cut = { maxLength: number; keep?: "start" | "end" };

/** Text that others wrote, as it is and with the width of code. Nothing in it links, mentions or formats. */
export function preformatted(text: string, cut: Cut): RichTextBlock {
  const shown = visible(text, cut);
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: shown }] }],
  };
}

/** Text that others wrote, with a bar beside it. */
export function quoteBlock(text: string, cut: Cut): RichTextBlock {
  const shown = visible(text, cut);
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_quote", elements: [{ type: "text", text: shown }] }],
  };
}

/** A long text of others under a title, folded until someone opens it. */
export function folded(
  title: string,
  text: string,
  cut: Cut & { isOpen?: boolean },
): ContainerBlock {
  return {
    type: "container",
    title: plain(title, 150),
    width: "full",
    is_collapsible: true,
    default_collapsed: cut.isOpen !== true,
    child_blocks: [preformatted(text, cut)],
  };
}

/** One line of plain text, in a block that Slack takes as details of a task. */
export function richText(text: string, maxLength: number): RichTextBlock {
  const shown = visible(text.replace(/\s+/g, " ").trim(), { maxLength });
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: shown }] }],
  };
}

function visible(text: string, cut: Cut): string {
  const shown = untrustedText(text, cut);
  return shown.trim() === "" ? "(empty)" : shown;
}
