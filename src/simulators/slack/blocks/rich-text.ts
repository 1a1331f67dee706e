import { limits } from "./limits.ts";
import {
  boolean,
  choice,
  element,
  list,
  object,
  optional,
  string,
  whole,
  type Shape,
  type Spec,
} from "./spec.ts";

const style = optional(
  object({
    name: "style",
    fields: {
      bold: optional(boolean),
      code: optional(boolean),
      italic: optional(boolean),
      strike: optional(boolean),
      underline: optional(boolean),
    },
  }),
);

const inline = (name: string, fields: Record<string, Spec>): Shape => ({
  name,
  fields: { ...fields, style },
});

const inlineTypes = [
  ...["text", "link", "emoji", "user", "channel", "usergroup", "team", "broadcast", "date"],
  "color",
];
const words = list(element(...inlineTypes), 1, limits.open);
const border = optional(choice(0, 1));

/** The parts of a `rich_text` block, by their type. */
export const richTextParts: Readonly<Record<string, Shape>> = {
  rich_text_section: { name: "rich_text_section", fields: { elements: words } },
  rich_text_quote: { name: "rich_text_quote", fields: { elements: words, border } },
  rich_text_preformatted: {
    name: "rich_text_preformatted",
    fields: { elements: list(element("text", "link"), 1, limits.open), border },
  },
  rich_text_list: {
    name: "rich_text_list",
    fields: {
      elements: list(element("rich_text_section"), 1, limits.open),
      style: choice("bullet", "ordered"),
      indent: optional(whole(0, limits.listIndent)),
      offset: optional(whole(0, limits.open)),
      border,
    },
  },
  text: inline("text", { text: string(limits.messageText) }),
  link: inline("link", {
    url: string(limits.url, "URL"),
    text: optional(string(limits.messageText)),
    unsafe: optional(boolean),
  }),
  emoji: inline("emoji", {
    name: string(limits.id),
    unicode: optional(string(limits.id)),
    url: optional(string(limits.url, "web address")),
  }),
  user: inline("user", { user_id: string(limits.id) }),
  channel: inline("channel", { channel_id: string(limits.id) }),
  usergroup: inline("usergroup", { usergroup_id: string(limits.id) }),
  team: inline("team", { team_id: string(limits.id) }),
  broadcast: inline("broadcast", { range: choice("here", "channel", "everyone") }),
  color: inline("color", { value: string(7, "hex colour") }),
  date: inline("date", {
    timestamp: whole(0, 99_999_999_999),
    format: string(limits.text),
    url: optional(string(limits.url, "URL")),
    fallback: optional(string(limits.text)),
  }),
};

/** What a `rich_text` block holds. */
export const richTextBody: Spec = list(
  element("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
  1,
  limits.open,
);
