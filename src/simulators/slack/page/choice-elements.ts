import { itemsOf, own } from "../blocks/json.ts";
import type { Context } from "./context.ts";
import { attributes, markup, nothing, type Html } from "./html.ts";
import { attributesOf, confirmTitle } from "./interaction.ts";
import { bareText, renderText, stringIn } from "./text.ts";

type Renderer = (element: unknown, context: Context) => Html;

const valueOf = (option: unknown) => stringIn(option, "value");

/** The values that are chosen at first, whether one or several may be. */
function chosenIn(element: unknown): ReadonlySet<string> {
  const several = itemsOf(own(element, "initial_options"));
  const one = own(element, "initial_option");
  return new Set([...several, ...(one === undefined ? [] : [one])].map(valueOf));
}

const renderMenu =
  (multiple: boolean): Renderer =>
  (element, context) => {
    const chosen = chosenIn(element);
    const options = (holder: unknown) =>
      itemsOf(own(holder, "options")).map((option) => {
        const rest = { value: valueOf(option), selected: chosen.has(valueOf(option)) };
        const text = renderText(own(option, "text"), context);
        return markup`<option${attributes(rest)}>${text}</option>`;
      });
    const groups = itemsOf(own(element, "option_groups")).map((group) => {
      const label = bareText(own(group, "label"));
      return markup`<optgroup${attributes({ label })}>${options(group)}</optgroup>`;
    });
    const placeholder = multiple
      ? nothing
      : markup`<option value=""${attributes({ selected: chosen.size === 0 })}>
          ${placeholderOf(element)}
        </option>`;
    const rest = attributes({ class: "s-select", multiple, title: confirmTitle(element) });
    const ids = attributesOf(element, { context });
    return markup`<select${rest}${ids}>${placeholder}${options(element)}${groups}</select>`;
  };

function placeholderOf(element: unknown): string {
  const text = bareText(own(element, "placeholder"));
  return text === "" ? "Select an item" : text;
}

/** A menu whose options Slack or the app would give: the page takes what is typed. */
const renderSearch: Renderer = (element, context) => {
  const initial = ["user", "channel", "conversation"].map((kind) =>
    stringIn(element, `initial_${kind}`),
  );
  const value = [...initial, ...chosenIn(element)].find((each) => each !== "");
  const rest = attributes({
    ...{ class: "s-select s-search", placeholder: placeholderOf(element), value },
    ...{ title: confirmTitle(element), type: "text" },
  });
  return markup`<input${rest}${attributesOf(element, { context })}>`;
};

const renderChoices =
  (type: "checkbox" | "radio"): Renderer =>
  (element, context) => {
    const chosen = chosenIn(element);
    const name = `${context.blockId} ${stringIn(element, "action_id")}`;
    const choices = itemsOf(own(element, "options")).map((option) => {
      const rest = { type, name, value: valueOf(option), checked: chosen.has(valueOf(option)) };
      const description = renderText(own(option, "description"), context);
      const more =
        description === nothing
          ? nothing
          : markup`<span class="s-description">${description}</span>`;
      const ids = attributesOf(element, { context, value: valueOf(option) });
      const text = renderText(own(option, "text"), context);
      return markup`<label class="s-choice">
        <input${attributes(rest)}${ids}><span>${text}${more}</span>
      </label>`;
    });
    const frame = attributes({ class: "s-choices", title: confirmTitle(element) });
    return markup`<div${frame}>${choices}</div>`;
  };

const renderOverflow: Renderer = (element, context) => {
  const items = itemsOf(own(element, "options")).map((option) => {
    const ids = attributesOf(element, { context, value: valueOf(option) });
    const text = renderText(own(option, "text"), context);
    return markup`<button type="button" class="s-item"${ids}>${text}</button>`;
  });
  const summary = attributes({ class: "s-button s-dots", title: confirmTitle(element) });
  return markup`<details class="s-overflow">
    <summary${summary}>⋯</summary><div class="s-menu">${items}</div>
  </details>`;
};

const sources = ["external", "users", "channels", "conversations"];

/** The elements with which a person chooses among what is offered. */
export const choiceRenderers: Readonly<Record<string, Renderer>> = {
  static_select: renderMenu(false),
  multi_static_select: renderMenu(true),
  ...Object.fromEntries(
    sources.flatMap((source) =>
      [`${source}_select`, `multi_${source}_select`].map((type) => [type, renderSearch]),
    ),
  ),
  checkboxes: renderChoices("checkbox"),
  radio_buttons: renderChoices("radio"),
  overflow: renderOverflow,
};
