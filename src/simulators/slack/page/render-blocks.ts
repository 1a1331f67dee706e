import { itemsOf, own } from "../blocks/json.ts";
import { renderChart } from "./charts.ts";
import type { Context } from "./context.ts";
import { renderElement, renderElements, renderPicture } from "./elements.ts";
import { renderAlert, renderCard, renderContainer, renderPlan, renderTask } from "./groups.ts";
import { attributes, markup, join, nothing, type Html } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderRichText } from "./rich-text.ts";
import { renderDataTable, renderTable } from "./tables.ts";
import { renderText, stringIn } from "./text.ts";

export type RenderOptions = {
  /** Whether buttons and fields can be used; they carry what an interaction names. */
  interactive: boolean;
  /** What users and channels are called, by their ids. */
  names?: Readonly<Record<string, string>>;
};

/**
 * Blocks as HTML in Slack's look (with `blockStyles` of styles.ts). Whatever they hold, nothing but
 * text comes into the page; what is no block is left out.
 */
export function renderBlocks(blocks: readonly unknown[], options: RenderOptions): string {
  const { interactive, names = {} } = options;
  const context = { interactive, names, blockId: "", depth: 0 };
  return join(blocks.map((block) => renderBlock(block, context))).html;
}

type Renderer = (block: unknown, context: Context) => Html;

function renderBlock(block: unknown, outer: Context): Html {
  const type = own(block, "type");
  if (typeof type !== "string" || !Object.hasOwn(renderers, type)) return nothing;
  const context = { ...outer, blockId: stringIn(block, "block_id") };
  const content = renderers[type]?.(block, context) ?? nothing;
  const rest = attributes({ class: `s-block s-block-${type}` });
  return markup`<div${rest}>${content}</div>`;
}

const renderSection: Renderer = (section, context) => {
  const text = own(section, "text");
  const words = text === undefined ? nothing : markup`<div>${renderText(text, context)}</div>`;
  const cells = itemsOf(own(section, "fields")).map(
    (field) => markup`<div class="s-cell">${renderText(field, context)}</div>`,
  );
  const fields = cells.length === 0 ? nothing : markup`<div class="s-cells">${cells}</div>`;
  const accessory = own(section, "accessory");
  const side =
    accessory === undefined
      ? nothing
      : markup`<div class="s-accessory">${renderElement(accessory, context)}</div>`;
  return markup`<div class="s-words">${words}${fields}</div>
    ${side}`;
};

const renderInput: Renderer = (input, context) => {
  const optional =
    own(input, "optional") === true ? markup` <span class="s-optional">(optional)</span>` : nothing;
  const hint = own(input, "hint");
  const below =
    hint === undefined ? nothing : markup`<div class="s-hint">${renderText(hint, context)}</div>`;
  const label = markup`<div class="s-label">
    ${renderText(own(input, "label"), context)}${optional}
  </div>`;
  return markup`${label}${renderElement(own(input, "element"), context)}${below}`;
};

const renderImage: Renderer = (image, context) => {
  const title = own(image, "title");
  const above =
    title === undefined
      ? nothing
      : markup`<div class="s-image-title">${renderText(title, context)}</div>`;
  return markup`${above}${renderPicture(image, "s-image")}`;
};

const renderVideo: Renderer = (video, context) => {
  const title = markup`<div class="s-image-title">
    <b>${renderText(own(video, "title"), context)}</b>
  </div>`;
  return markup`${title}${renderPicture(video, "s-image s-video")}`;
};

/** A container stands in no container; a hostile one might, without end. */
const renderNested: Renderer = (container, context) => {
  if (context.depth > 0) return nothing;
  const inner = { ...context, depth: context.depth + 1 };
  return renderContainer(container, context, (block) => renderBlock(block, inner));
};

const renderCarousel: Renderer = (carousel, context) => {
  const cards = itemsOf(own(carousel, "elements")).map((card) =>
    renderCard(card, { ...context, blockId: stringIn(card, "block_id") }),
  );
  return markup`<div class="s-carousel">${cards}</div>`;
};

const renderers: Readonly<Record<string, Renderer>> = {
  actions: (block, context) => renderElements(own(block, "elements"), context),
  alert: renderAlert,
  call: (block) => markup`📞 ${stringIn(block, "call_id")}`,
  card: renderCard,
  carousel: renderCarousel,
  container: renderNested,
  context: (block, context) =>
    join(
      itemsOf(own(block, "elements")).map(
        (each) => markup`<span class="s-context-part">${renderElement(each, context)}</span>`,
      ),
    ),
  context_actions: (block, context) => renderElements(own(block, "elements"), context),
  data_table: renderDataTable,
  data_visualization: renderChart,
  divider: () => markup`<hr class="s-divider">`,
  file: (block) => markup`📄 ${stringIn(block, "external_id")}`,
  header: (block, context) => renderText(own(block, "text"), context),
  image: renderImage,
  input: renderInput,
  markdown: (block) => renderMarkdown(stringIn(block, "text")),
  plan: renderPlan,
  rich_text: renderRichText,
  section: renderSection,
  table: renderTable,
  task_card: renderTask,
  video: renderVideo,
};
