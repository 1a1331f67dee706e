import { blocks } from "./blocks.ts";
import { check } from "./interpret.ts";
import { limits } from "./limits.ts";
import { isRecord, itemsOf, own } from "./json.ts";
import {
  any,
  block,
  boolean,
  choice,
  freeString,
  list,
  object,
  optional,
  plainText,
  string,
  type Rule,
  type Shape,
  type Spec,
} from "./spec.ts";
import type { Surface } from "./surfaces.ts";
import { createWalk, finish, type BlockProblem } from "./walk.ts";

export type { BlockProblem } from "./walk.ts";

const anyBlock = block(...Object.keys(blocks));
const messageBlocks = optional(list(anyBlock, 0, limits.messageBlocks));
const attachmentText = optional(freeString(limits.attachmentText));

const attachment: Spec = object({
  name: "attachment",
  fields: {
    ...{ blocks: messageBlocks, text: attachmentText, fallback: attachmentText },
    ...{ pretext: attachmentText, title: attachmentText, footer: optional(freeString(300)) },
    color: optional(freeString(limits.id)),
    fields: optional(list(any, 0, limits.open)),
  },
  open: true,
});

const hasContent: Rule = (message, report) => {
  if (own(message, "delete_original") === true) return;
  const filled = ["text", "markdown_text", "blocks", "attachments"].some((field) => {
    const value = own(message, field);
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "";
  });
  if (!filled) report("", "needs text, blocks or attachments");
};

const markdownTextAlone: Rule = (message, report) => {
  if (own(message, "markdown_text") === undefined) return;
  const others = ["text", "blocks"].filter((field) => own(message, field) !== undefined);
  if (others.length > 0) report("/markdown_text", `excludes ${others.join(" and ")}`);
};

// What else a method takes (channel, ts, unfurl_links...) is the method's to check.
const message: Shape = {
  name: "message",
  fields: {
    text: optional(freeString(limits.messageText)),
    markdown_text: optional(freeString(limits.markdown)),
    blocks: messageBlocks,
    attachments: optional(list(attachment, 0, limits.attachments)),
    thread_ts: optional(string(limits.id, "timestamp")),
    response_type: optional(choice("in_channel", "ephemeral")),
    metadata: optional(
      object({
        name: "metadata",
        fields: { event_type: string(limits.id), event_payload: any },
        open: true,
      }),
    ),
  },
  open: true,
  rules: [hasContent, markdownTextAlone],
};

const commonView = {
  callback_id: optional(freeString(limits.id)),
  private_metadata: optional(freeString(limits.privateMetadata)),
  external_id: optional(freeString(limits.id)),
};

const hasInput = (value: unknown): boolean =>
  own(value, "type") === "input" ||
  (own(value, "type") === "container" &&
    itemsOf(own(value, "child_blocks")).slice(0, limits.containerBlocks).some(hasChildInput));
const hasChildInput = (value: unknown): boolean => own(value, "type") === "input";

const inputsNeedSubmit: Rule = (view, report) => {
  const shown = itemsOf(own(view, "blocks")).slice(0, limits.viewBlocks);
  if (own(view, "submit") !== undefined || !shown.some(hasInput)) return;
  report("", "needs submit: it has input blocks");
};

const modal: Shape = {
  name: "modal",
  fields: {
    blocks: list(anyBlock, 1, limits.viewBlocks),
    title: plainText(limits.viewTitle),
    close: optional(plainText(limits.viewTitle)),
    submit: optional(plainText(limits.viewTitle)),
    clear_on_close: optional(boolean),
    notify_on_close: optional(boolean),
    ...commonView,
  },
  rules: [inputsNeedSubmit],
};

const home: Shape = {
  name: "home",
  fields: { blocks: list(anyBlock, 0, limits.viewBlocks), ...commonView },
};

/**
 * What Slack would refuse in the body of chat.postMessage, chat.update, chat.postEphemeral or of a
 * request to a response_url. Never throws; looks at a bounded part of what is sent.
 */
export function validateMessage(value: unknown): BlockProblem[] {
  return checkWhole("message", message, value);
}

/** What Slack would refuse in a modal or a home tab. Never throws, and its work is bounded too. */
export function validateView(value: unknown): BlockProblem[] {
  if (!isRecord(value)) return [{ pointer: "", message: "a view must be an object" }];
  const type = own(value, "type");
  if (type === "modal") return checkWhole("modal", modal, value);
  if (type === "home") return checkWhole("home", home, value);
  return [{ pointer: "/type", message: "a view's type must be modal or home" }];
}

function checkWhole(surface: Surface, shape: Shape, value: unknown): BlockProblem[] {
  const walk = createWalk(surface);
  check(walk, object(shape), { value, pointer: "", subject: surface });
  return finish(walk);
}
