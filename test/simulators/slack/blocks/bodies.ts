import { validateMessage, validateView } from "../../../../src/simulators/slack/blocks/validate.ts";
import { knownBlocks, marked, modal, option, plain, untypedBlocks } from "./samples.ts";

export const text = (length: number) => "x".repeat(length);
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const url = (length: number) => `https://e.com/${text(length - 14)}`;

export const inMessage = (...blocks: unknown[]) => validateMessage({ blocks });
export const inModal = (...blocks: unknown[]) => validateView({ ...modal, blocks });
export const actions = (...elements: unknown[]) => inMessage({ type: "actions", elements });
export const press = (rest: object) => actions({ type: "button", text: plain("x"), ...rest });
export const section = (rest: object) => inMessage({ type: "section", text: plain("x"), ...rest });
export const input = (rest: object, element: object = {}) =>
  inModal({
    ...{ type: "input", label: plain("x"), ...rest },
    element: { type: "plain_text_input", ...element },
  });
export const choosing = (type: string, rest: object) => section({ accessory: { type, ...rest } });
export const options = (count: number) => times(count, (index) => option(`v${index}`));
export const card = (rest: object) => inMessage({ type: "card", title: marked("x"), ...rest });
export const confirm = (rest: object) => press({ confirm: { text: plain("x"), ...rest } });
export const cells = (count: number) =>
  times(count, (index) => ({ type: "raw_text", text: `c${index}` }));
export const dataTable = (rows: unknown[], rest: object = {}) =>
  inMessage({ type: "data_table", caption: "x", rows, ...rest });
export const rich = (...elements: unknown[]) => inMessage({ type: "rich_text", elements });
export const words = [{ type: "text", text: "x" }];
export const container = (rest: object) =>
  inMessage({ type: "container", title: plain("x"), child_blocks: [{ type: "divider" }], ...rest });
export const video = (rest: object) => inMessage({ ...knownBlocks.video, ...rest });
export const chart = (rest: object, outer: object = {}) => {
  const sample = untypedBlocks.data_visualization;
  return inMessage({ ...sample, chart: { ...sample.chart, ...rest }, ...outer });
};
export const points = (count: number) =>
  times(count, (index) => ({ label: `p${index}`, value: index }));
export const plot = (categories: string[], name = "s") =>
  chart({
    series: [{ name, data: categories.map((label) => ({ label, value: 1 })) }],
    axis_config: { categories },
  });

/** A limit, where a problem with it is found, and a check of a body that has this much of it. */
export type Limit = {
  what: string;
  max: number;
  min?: number;
  at: string;
  check: (size: number) => readonly { pointer: string; message: string }[];
};
