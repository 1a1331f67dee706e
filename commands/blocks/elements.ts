import type {
  ActionsBlockElement,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  SectionBlock,
} from "@slack/types";
import type { Message } from "../message.ts";
import { plain } from "./text.ts";

// Slack's limits: https://docs.slack.dev/reference/block-kit/blocks
const mostBlocks = 50;
const mostActions = 25;
const mostInContext = 10;
const longestText = 3000;
const longestHeader = 150;

/** Text that is mrkdwn already, cut to Slack's limit. Slack looks for no links or names of its own in it. */
export function marked(text: string, maxLength = longestText): MrkdwnElement {
  return { type: "mrkdwn", text: cutMarked(text, maxLength), verbatim: true };
}

/** Cuts mrkdwn without leaving half an entity or half a mention. */
function cutMarked(text: string, maxLength: number): string {
  if (text.trim() === "") return "…";
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength - 1).replace(/(?:&[a-z]{0,4}|<[^>]*|[\ud800-\udbff])$/, "");
  return `${cut}…`;
}

/** A paragraph of mrkdwn, with a button beside it. */
export function section(text: string, accessory?: Button): SectionBlock {
  const block: SectionBlock = { type: "section", text: marked(text) };
  return accessory === undefined ? block : { ...block, accessory };
}

/** Small grey lines of mrkdwn. */
export function context(...texts: string[]): ContextBlock {
  const elements = texts.slice(0, mostInContext).map((text) => marked(text));
  return { type: "context", elements };
}

export function header(text: string): HeaderBlock {
  return { type: "header", text: plain(text, longestHeader) };
}

export const divider: DividerBlock = { type: "divider" };

/**
 * A row of buttons; no block at all where there are none. Those with the same id stand in rows of
 * their own: in one block an id may come up once.
 */
export function actions(...elements: readonly (ActionsBlockElement | undefined)[]): KnownBlock[] {
  const rows: ActionsBlockElement[][] = [];
  for (const element of elements) {
    if (element === undefined) continue;
    const row = rows.find((one) => one.length < mostActions && !holdsId(one, element));
    if (row === undefined) rows.push([element]);
    else row.push(element);
  }
  return rows.map((row) => ({ type: "actions", elements: row }));
}

function holdsId(row: readonly ActionsBlockElement[], { action_id }: ActionsBlockElement): boolean {
  return row.some((one) => one.action_id === action_id);
}

/** A message within Slack's limits. Both its text and its blocks are mrkdwn already. */
export function message(text: string, blocks?: readonly KnownBlock[]): Message {
  const fallback = cutMarked(text, longestText);
  if (blocks === undefined) return { text: fallback, blocks: [section(text)] };
  return { text: fallback, blocks: blocks.slice(0, mostBlocks) };
}

/** Packs lines of mrkdwn into as few paragraphs as hold them; what is too much is counted, not shown. */
export function paragraphs(lines: readonly string[], most: { lines: number }): KnownBlock[] {
  const shown = lines.slice(0, most.lines).map((line) => cutMarked(line, longestLine));
  const packed: string[] = [];
  for (const line of shown) {
    const last = packed.at(-1);
    if (last === undefined || last.length + line.length + 1 > longestText) packed.push(line);
    else packed[packed.length - 1] = `${last}\n${line}`;
  }
  const missing = lines.length - shown.length;
  const blocks: KnownBlock[] = packed.map((text) => section(text));
  return missing > 0 ? [...blocks, context(`and ${missing} more`)] : blocks;
}

const longestLine = 1000;
