import type {
  InputBlock,
  KnownBlock,
  ModalView,
  PlainTextOption,
  StaticSelect,
} from "@slack/types";
import type { FormValues } from "../ask.ts";
import { section } from "../blocks/elements.ts";
import { plain } from "../blocks/text.ts";

const mostBlocks = 100;
const longestTitle = 24;

type Look = {
  /** The callback id, which begins with "th:". */
  id: string;
  title: string;
  blocks: readonly KnownBlock[];
  /** Without one nothing can be submitted. */
  submit?: string;
  note?: string;
};

/** A modal within Slack's limits. */
export function modal({ id, title, blocks, submit, note }: Look): ModalView {
  const view: ModalView = {
    type: "modal",
    callback_id: id,
    title: plain(title, longestTitle),
    close: plain(submit === undefined ? "Close" : "Cancel", longestTitle),
    blocks: blocks.slice(0, mostBlocks),
  };
  if (submit !== undefined) view.submit = plain(submit, longestTitle);
  if (note !== undefined) view.private_metadata = note;
  return view;
}

/** A modal that only says something, in mrkdwn: while something is looked up, or why nothing can be done. */
export function wordsModal(title: string, words: string): ModalView {
  return modal({ id: "th:words", title, blocks: [section(words)] });
}

type Field = {
  /** Both the action id of the element and the id of the block, under which its errors are told. */
  id: string;
  label: string;
  element: InputBlock["element"];
  hint?: string;
  isOptional?: boolean;
};

export function field({ id, label, element, hint, isOptional }: Field): InputBlock {
  const block: InputBlock = {
    type: "input",
    block_id: id,
    label: plain(label, 200),
    optional: isOptional === true,
    element: { ...element, action_id: element.action_id ?? id },
  };
  if (hint !== undefined) block.hint = plain(hint, 500);
  return block;
}

export function option(text: string, value: string, description?: string): PlainTextOption {
  const made: PlainTextOption = { text: plain(text, 75), value };
  return description === undefined ? made : { ...made, description: plain(description, 75) };
}

/** A menu of options with one chosen at first. */
export function select(options: readonly PlainTextOption[], initial?: string): StaticSelect {
  const menu: StaticSelect = { type: "static_select", options: options.slice(0, 100) };
  const chosen = options.find(({ value }) => value === initial);
  return chosen === undefined ? menu : { ...menu, initial_option: chosen };
}

/** What was typed or chosen in a field; undefined where it is empty. */
export function valueOf(values: FormValues, id: string): string | undefined {
  const value = values[id];
  const text = typeof value === "string" ? value.trim() : undefined;
  return text === "" ? undefined : text;
}
