import type { ModalView } from "@slack/types";
import type { Message } from "../../commands/message.ts";
import { validateMessage, validateView } from "../../src/simulators/slack/blocks/validate.ts";

/** All that Slack would refuse in a message. */
export function problemsIn(message: Message): string[] {
  return validateMessage(message).map(({ pointer, message: words }) => `${pointer} ${words}`);
}

/** All that Slack would refuse in a modal. */
export function problemsInView(view: ModalView): string[] {
  return validateView(view).map(({ pointer, message: words }) => `${pointer} ${words}`);
}

/** What could call somebody, link somewhere or reorder text in a message, but our own mentions of U1 and dates. */
export function harmIn(shown: Message): string[] {
  const blocks: unknown = JSON.parse(JSON.stringify(shown.blocks ?? []));
  return [shown.text, ...markedIn(blocks)].filter((text) =>
    /<!(?!date\^)|<@(?!U1>)|<#|<http|\u202e/.test(text),
  );
}

/** All mrkdwn in blocks. What Slack would read any further counts as a mention. */
function markedIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(markedIn);
  if (!("type" in value) || value.type !== "mrkdwn" || !("text" in value)) return inside;
  const isVerbatim = "verbatim" in value && value.verbatim === true;
  return [isVerbatim ? String(value.text) : "<!not verbatim", ...inside];
}
