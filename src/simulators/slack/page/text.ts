import { own } from "../blocks/json.ts";
import type { Context } from "./context.ts";
import { nothing, type Html } from "./html.ts";
import { renderMrkdwn, renderPlain } from "./mrkdwn.ts";

/** A field that should hold a text, and "" where it does not. */
export function stringIn(value: unknown, field: string): string {
  const found = own(value, field);
  return typeof found === "string" ? found : "";
}

export function numberIn(value: unknown, field: string): number | undefined {
  const found = own(value, field);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** A text object of either kind, and nothing for what is none. */
export function renderText(value: unknown, context: Context): Html {
  const text = stringIn(value, "text");
  if (text === "") return nothing;
  return own(value, "type") === "mrkdwn"
    ? renderMrkdwn(text, context)
    : renderPlain(text, own(value, "emoji") !== false);
}

/** The text of a text object without its markup, for attributes. */
export function bareText(value: unknown): string {
  return stringIn(value, "text");
}
