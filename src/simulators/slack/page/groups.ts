import { itemsOf, own } from "../blocks/json.ts";
import type { Context } from "./context.ts";
import { renderElements, renderPicture } from "./elements.ts";
import { attributes, markup, link, nothing, type Html } from "./html.ts";
import { renderRichText } from "./rich-text.ts";
import { renderText, stringIn } from "./text.ts";

/** `content` in a `div` of this class, and nothing for no content. */
function div(look: string, content: Html): Html {
  if (content.html === "") return nothing;
  return markup`<div${attributes({ class: look })}>${content}</div>`;
}

const statusWords: Readonly<Record<string, string>> = {
  pending: "Pending",
  in_progress: "In progress",
  complete: "Complete",
  error: "Failed",
};

export function renderTask(task: unknown, context: Context): Html {
  const status = stringIn(task, "status");
  const known = Object.hasOwn(statusWords, status) ? status : "pending";
  const icon = attributes({ class: `s-status s-${known}`, role: "img", title: statusWords[known] });
  const sources = itemsOf(own(task, "sources")).map((source) =>
    link(stringIn(source, "url"), markup`${stringIn(source, "text")}`),
  );
  const details = div("s-task-details", renderRichText(own(task, "details"), context));
  const output = div("s-task-details", renderRichText(own(task, "output"), context));
  const cited = sources.length === 0 ? nothing : markup`<div class="s-sources">${sources}</div>`;
  return markup`<div class="s-task"><span${icon}></span><div class="s-task-body">
    <div class="s-task-title">${stringIn(task, "title")}</div>${details}${output}${cited}
  </div></div>`;
}

/** A plan with its tasks; its own state is that of its tasks. */
export function renderPlan(plan: unknown, context: Context): Html {
  const tasks = itemsOf(own(plan, "tasks"));
  const statuses = tasks.map((task) => stringIn(task, "status"));
  const done = statuses.filter((status) => status === "complete").length;
  const count =
    tasks.length === 0
      ? nothing
      : markup`<span class="s-plan-count">${done} of ${tasks.length}</span>`;
  const list = tasks.map((task) => renderTask(task, context));
  return markup`<details class="s-plan" open>
    <summary><span class="s-plan-title">${stringIn(plan, "title")}</span>${count}</summary>
    ${list}
  </details>`;
}

export function renderCard(card: unknown, context: Context): Html {
  const hero = own(card, "hero_image");
  const icon = own(card, "icon");
  const title = div("s-card-title", renderText(own(card, "title"), context));
  const subtitle = div("s-card-subtitle", renderText(own(card, "subtitle"), context));
  const image = icon === undefined ? nothing : renderPicture(icon, "s-icon");
  const banner = hero === undefined ? nothing : renderPicture(hero, "s-hero");
  const head = markup`<div class="s-card-head">
    ${image}
    <div>${title}${subtitle}</div>
  </div>`;
  const body = div("s-card-body", renderText(own(card, "body"), context));
  const actions = div("s-card-actions", renderElements(own(card, "actions"), context));
  return markup`<div class="s-card">
    ${banner}
    <div class="s-card-content">${head}${body}${actions}</div>
  </div>`;
}

/** `render` is how a block inside is rendered: the blocks know of containers, not the other way. */
export function renderContainer(
  container: unknown,
  context: Context,
  render: (block: unknown) => Html,
): Html {
  const icon = own(container, "icon");
  const image = icon === undefined ? nothing : renderPicture(icon, "s-icon");
  const rich = own(container, "rich_text_title");
  const words =
    rich === undefined
      ? renderText(own(container, "title"), context)
      : renderRichText(rich, context);
  const subtitle = div("s-card-subtitle", renderText(own(container, "subtitle"), context));
  const head = markup`${image}
    <div class="s-container-words">
      <div class="s-card-title">${words}</div>
      ${subtitle}
    </div>`;
  const children = itemsOf(own(container, "child_blocks")).map(render);
  const body = markup`<div class="s-container-body">${children}</div>`;
  const width = stringIn(container, "width");
  const size = ["narrow", "wide", "full"].includes(width) ? ` s-${width}` : "";
  if (own(container, "is_collapsible") !== true) {
    const line = own(container, "has_header_divider") === true ? " s-lined" : "";
    return markup`<div class="s-container${size}${line}">
      <div class="s-container-head">${head}</div>
      ${body}
    </div>`;
  }
  const open = attributes({ open: own(container, "default_collapsed") !== true });
  return markup`<details class="s-container${size}"${open}>
    <summary class="s-container-head">${head}</summary>
    ${body}
  </details>`;
}

const alertSigns: Readonly<Record<string, string>> = {
  default: "ℹ",
  info: "ℹ",
  warning: "⚠",
  error: "✖",
  success: "✔",
};

export function renderAlert(alert: unknown, context: Context): Html {
  const asked = stringIn(alert, "level");
  const level = Object.hasOwn(alertSigns, asked) ? asked : "default";
  const sign = markup`<span class="s-alert-sign">${alertSigns[level] ?? ""}</span>`;
  return markup`<div class="s-alert s-${level}" role="alert">
    ${sign}
    <div>${renderText(own(alert, "text"), context)}</div>
  </div>`;
}
