import { itemsOf, own } from "../blocks/json.ts";
import type { Context } from "./context.ts";
import { attributes, markup, type Html } from "./html.ts";
import { attributesOf, confirmTitle } from "./interaction.ts";
import { bareText, numberIn, stringIn } from "./text.ts";

type Renderer = (element: unknown, context: Context) => Html;
type Values = Readonly<Record<string, string | number | boolean | undefined>>;

const textIn = (element: unknown, field: string) => {
  const text = stringIn(element, field);
  return text === "" ? undefined : text;
};

const placeholderOf = (element: unknown) => {
  const text = bareText(own(element, "placeholder"));
  return text === "" ? undefined : text;
};

/** An input of HTML, with what the element says besides its ids. */
const input =
  (type: string, values: (element: unknown) => Values): Renderer =>
  (element, context) => {
    const rest = attributes({
      ...{ class: `s-field s-${type}`, type, placeholder: placeholderOf(element) },
      ...{ title: confirmTitle(element), ...values(element) },
    });
    return markup`<input${rest}${attributesOf(element, { context })}>`;
  };

const initialText = (element: unknown) => ({ value: textIn(element, "initial_value") });

const lengths = (element: unknown) => ({
  minlength: numberIn(element, "min_length"),
  maxlength: numberIn(element, "max_length"),
});

const textArea =
  (valueOf: (element: unknown) => string): Renderer =>
  (element, context) => {
    const placeholder = placeholderOf(element);
    const rest = attributes({ class: "s-field s-area", rows: 3, placeholder, ...lengths(element) });
    // A browser drops one line break after the tag.
    return markup`<textarea${rest}${attributesOf(element, { context })}>${"\n"}${valueOf(element)}</textarea>`;
  };

const line = input("text", (element) => ({ ...initialText(element), ...lengths(element) }));
const area = textArea((element) => stringIn(element, "initial_value"));

/** The words of a rich text, without their looks. */
function wordsIn(block: unknown): string {
  const parts = itemsOf(own(block, "elements")).slice(0, 100);
  return parts
    .map((part) => itemsOf(own(part, "elements")).map((word) => stringIn(word, "text")))
    .map((words) => words.join(""))
    .join("\n");
}

function localTime(element: unknown): string | undefined {
  const seconds = numberIn(element, "initial_date_time");
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isFinite(date.getTime()) ? date.toISOString().slice(0, 16) : undefined;
}

/** The elements into which a person types. */
export const fieldRenderers: Readonly<Record<string, Renderer>> = {
  plain_text_input: (element, context) =>
    (own(element, "multiline") === true ? area : line)(element, context),
  rich_text_input: textArea((element) => wordsIn(own(element, "initial_value"))),
  email_text_input: input("email", initialText),
  url_text_input: input("url", initialText),
  number_input: input("number", (element) => ({
    ...initialText(element),
    min: textIn(element, "min_value"),
    max: textIn(element, "max_value"),
    step: own(element, "is_decimal_allowed") === true ? "any" : undefined,
  })),
  datepicker: input("date", (element) => ({ value: textIn(element, "initial_date") })),
  timepicker: input("time", (element) => ({ value: textIn(element, "initial_time") })),
  datetimepicker: input("datetime-local", (element) => ({ value: localTime(element) })),
  file_input: input("file", (element) => ({ multiple: (numberIn(element, "max_files") ?? 2) > 1 })),
};
