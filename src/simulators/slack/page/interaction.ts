import { own } from "../blocks/json.ts";
import type { Context } from "./context.ts";
import { attributes, type Html } from "./html.ts";
import { bareText, stringIn } from "./text.ts";

/**
 * What an interaction with an element names: its action, its block and its value. Where nothing can
 * be used, the element looks the same and takes no clicks.
 */
export function attributesOf(
  element: unknown,
  { context, value }: { context: Context; value?: string },
): Html {
  if (!context.interactive) return attributes({ inert: true });
  return attributes({
    "data-type": stringIn(element, "type"),
    "data-action-id": stringIn(element, "action_id"),
    "data-block-id": context.blockId,
    "data-value": value,
  });
}

/** What the confirm dialog of an element says, for a title. */
export function confirmTitle(element: unknown): string | undefined {
  const confirm = own(element, "confirm");
  const words = ["title", "text"].map((field) => bareText(own(confirm, field)));
  const buttons = ["confirm", "deny"].map((field) => bareText(own(confirm, field)));
  const said = [words, buttons].map((each) => each.filter((text) => text !== ""));
  const lines = [said[0]?.join("\n") ?? "", said[1]?.map((text) => `[${text}]`).join(" ") ?? ""];
  return confirm === undefined ? undefined : lines.filter((line) => line !== "").join("\n");
}
