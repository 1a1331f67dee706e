import { itemsOf, own } from "../blocks/json.ts";
import { choiceRenderers } from "./choice-elements.ts";
import type { Context } from "./context.ts";
import { fieldRenderers } from "./field-elements.ts";
import { attributes, markup, join, nothing, safeUrl, type Html } from "./html.ts";
import { attributesOf, confirmTitle } from "./interaction.ts";
import { bareText, renderText, stringIn } from "./text.ts";

type Renderer = (element: unknown, context: Context) => Html;

/** An element of any block. What is not known is left out. */
export function renderElement(element: unknown, context: Context): Html {
  const type = own(element, "type");
  if (typeof type !== "string" || !Object.hasOwn(renderers, type)) return nothing;
  return renderers[type]?.(element, context) ?? nothing;
}

export function renderElements(elements: unknown, context: Context): Html {
  return join(itemsOf(elements).map((each) => renderElement(each, context)));
}

/** An image as a box with its description: nothing is fetched. */
export function renderPicture(image: unknown, look: string): Html {
  const label = stringIn(image, "alt_text");
  const rest = attributes({ class: `s-picture ${look}`, role: "img", title: label });
  return markup`<span${rest}><span>${label}</span></span>`;
}

const renderButton: Renderer = (button, context) => {
  const style = stringIn(button, "style");
  const look = ["primary", "danger"].includes(style) ? ` s-${style}` : "";
  const label = stringIn(button, "accessibility_label");
  const rest = attributes({
    ...{ class: `s-button${look}`, title: confirmTitle(button) },
    "aria-label": label === "" ? undefined : label,
    "data-url": safeUrl(stringIn(button, "url")),
  });
  const ids = attributesOf(button, { context, value: stringIn(button, "value") });
  return markup`<button type="button"${rest}${ids}>
    ${renderText(own(button, "text"), context)}
  </button>`;
};

const icons: Readonly<Record<string, string>> = { trash: "🗑️" };

const renderIconButton: Renderer = (button, context) => {
  const icon = stringIn(button, "icon");
  const sign = (Object.hasOwn(icons, icon) ? icons[icon] : undefined) ?? "•";
  const title = confirmTitle(button) ?? bareText(own(button, "text"));
  const ids = attributesOf(button, { context, value: stringIn(button, "value") });
  return markup`<button type="button"${attributes({ class: "s-icon-button", title })}${ids}>
    ${sign}
  </button>`;
};

const renderFeedback: Renderer = (element, context) => {
  const one = (field: string, sign: string) => {
    const button = own(element, field);
    const rest = attributes({ class: "s-icon-button", title: bareText(own(button, "text")) });
    const ids = attributesOf(element, { context, value: stringIn(button, "value") });
    return markup`<button type="button"${rest}${ids}>${sign}</button>`;
  };
  return markup`${one("positive_button", "👍")}${one("negative_button", "👎")}`;
};

const renderers: Readonly<Record<string, Renderer>> = {
  button: renderButton,
  workflow_button: renderButton,
  icon_button: renderIconButton,
  feedback_buttons: renderFeedback,
  image: (image) => renderPicture(image, "s-thumbnail"),
  plain_text: renderText,
  mrkdwn: renderText,
  ...choiceRenderers,
  ...fieldRenderers,
};
