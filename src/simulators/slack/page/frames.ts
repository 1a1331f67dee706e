import { itemsOf, own } from "../blocks/json.ts";
import { attributes, markup, nothing, type Html } from "./html.ts";
import { renderMrkdwn } from "./mrkdwn.ts";
import { renderBlocks, type RenderOptions } from "./render-blocks.ts";
import { renderText, stringIn } from "./text.ts";

export type MessageOptions = RenderOptions & {
  /** Who wrote it. */
  name: string;
  /** A sign for the avatar; the first letter of the name without one. */
  avatar?: string;
  isApp: boolean;
  /** When, as it is shown: "10:42". */
  time: string;
  /** Whom alone it is shown, if not everyone. */
  ephemeral?: boolean;
};

// Each frame is a form, so that radio buttons of one message are none of another's; a form of the
// method "dialog" that is in no dialog sends nothing.

/** A message in a channel: avatar, name, time, blocks or else text, and its attachments. */
export function renderMessage(message: unknown, options: MessageOptions): string {
  const { name, isApp, time, avatar = firstLetter(name) } = options;
  const badge = isApp ? markup`<span class="s-badge">APP</span>` : nothing;
  const isForOne = options.ephemeral === true;
  const only = isForOne ? markup`<div class="s-only">👁 Only visible to you</div>` : nothing;
  const face = attributes({ class: `s-avatar${isApp ? " s-app" : ""}`, "aria-hidden": "true" });
  const head = markup`<div class="s-head">
    <span class="s-name">${name}</span>${badge}<span class="s-time">${time}</span>
  </div>`;
  const attachments = itemsOf(own(message, "attachments")).map((each) =>
    renderAttachment(each, options),
  );
  const body = markup`${renderContent(message, options)}${attachments}`;
  const look = `s-message${isForOne ? " s-ephemeral" : ""}`;
  return markup`<form${attributes({ class: look, method: "dialog" })}>
    ${only}<div${face}>${avatar}</div><div class="s-body">${head}${body}</div>
  </form>`.html;
}

/** Blocks if there are any, for then Slack shows the text in notifications alone. */
function renderContent(holder: unknown, options: RenderOptions): Html {
  const blocks = itemsOf(own(holder, "blocks"));
  if (blocks.length > 0) return { html: renderBlocks(blocks, options) };
  const text = stringIn(holder, "text");
  if (text === "") return nothing;
  const context = { ...contextOf(options), interactive: false };
  return markup`<div class="s-block">${renderMrkdwn(text, context)}</div>`;
}

function renderAttachment(attachment: unknown, options: RenderOptions): Html {
  const named: Readonly<Record<string, string>> = {
    good: "#2eb886",
    warning: "#daa038",
    danger: "#a30200",
  };
  const asked = stringIn(attachment, "color");
  const hex = /^#?[0-9a-f]{6}$/i.test(asked) ? `#${asked.replace("#", "")}` : "#dddddd";
  const colour = (Object.hasOwn(named, asked) ? named[asked] : undefined) ?? hex;
  const rest = attributes({ class: "s-attachment", style: `border-color:${colour}` });
  return markup`<div${rest}>${renderContent(attachment, options)}</div>`;
}

/** A modal with its title and buttons, or a home tab under the app's name. */
export function renderView(view: unknown, options: RenderOptions & { appName: string }): string {
  const content = { html: renderBlocks(itemsOf(own(view, "blocks")), options) };
  if (own(view, "type") === "home") return renderHome(content, options.appName);
  const context = contextOf(options);
  const title = renderText(own(view, "title"), context);
  const button = (field: string, look: string, usual: string) => {
    const text = own(view, field);
    if (text === undefined && usual === "") return nothing;
    const words = text === undefined ? markup`${usual}` : renderText(text, context);
    const use = options.interactive ? { "data-view-action": field } : { inert: true };
    return markup`<button type="button"${attributes({ class: `s-button${look}`, ...use })}>
      ${words}
    </button>`;
  };
  const buttons = markup`${button("close", "", "Close")}${button("submit", " s-primary", "")}`;
  return markup`<form class="s-modal" method="dialog">
    <div class="s-modal-head">
      ${smallFace(options.appName)}
      <span class="s-modal-title">${title}</span>
      <span class="s-cross">✕</span>
    </div>
    <div class="s-modal-body">${content}</div>
    <div class="s-modal-foot">${buttons}</div>
  </form>`.html;
}

function renderHome(content: Html, appName: string): string {
  const tabs = ["Messages", "About"].map((tab) => markup`<span>${tab}</span>`);
  const head = markup`<div class="s-home-head">${smallFace(appName)}<b>${appName}</b></div>`;
  return markup`<form class="s-home" method="dialog">
    ${head}
    <div class="s-tabs"><span class="s-current">Home</span>${tabs}</div>
    <div class="s-home-body">${content}</div>
  </form>`.html;
}

function smallFace(name: string): Html {
  return markup`<span class="s-avatar s-app s-small" aria-hidden="true">
    ${firstLetter(name)}
  </span>`;
}

function firstLetter(name: string): string {
  return (/^./su.exec(name)?.[0] ?? "").toUpperCase();
}

function contextOf({ interactive, names = {} }: RenderOptions) {
  return { interactive, names, blockId: "", depth: 0 };
}
