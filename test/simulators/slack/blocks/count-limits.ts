import { validateMessage, validateView } from "../../../../src/simulators/slack/blocks/validate.ts";
import {
  actions,
  card,
  cells,
  chart,
  choosing,
  container,
  dataTable,
  inMessage,
  inModal,
  input,
  options,
  rich,
  section,
  times,
  words,
} from "./bodies.ts";
import type { Limit } from "./bodies.ts";
import { button, home, inputElements, marked, pie, plain, untypedBlocks } from "./samples.ts";

/** Every limit on a number of things, and on numbers. */
export const countLimits: readonly Limit[] = [
  {
    what: "blocks of a message",
    max: 50,
    at: "/blocks",
    check: (n) => inMessage(...times(n, () => ({ type: "divider" }))),
  },
  {
    what: "blocks of an attachment",
    max: 50,
    at: "/attachments/0/blocks",
    check: (n) =>
      validateMessage({ attachments: [{ blocks: times(n, () => ({ type: "divider" })) }] }),
  },
  {
    what: "attachments",
    max: 100,
    at: "/attachments",
    check: (n) => validateMessage({ attachments: times(n, () => ({ text: "x" })) }),
  },
  {
    what: "blocks of a modal",
    max: 100,
    min: 1,
    at: "/blocks",
    check: (n) => inModal(...times(n, () => ({ type: "divider" }))),
  },
  {
    what: "blocks of a home tab",
    max: 100,
    at: "/blocks",
    check: (n) => validateView({ ...home, blocks: times(n, () => ({ type: "divider" })) }),
  },
  {
    what: "section fields",
    max: 10,
    min: 1,
    at: "/blocks/0/fields",
    check: (n) => section({ fields: times(n, () => plain("x")) }),
  },
  {
    what: "actions",
    max: 25,
    min: 1,
    at: "/blocks/0/elements",
    check: (n) => actions(...times(n, (index) => button(`a${index}`))),
  },
  {
    what: "context elements",
    max: 10,
    min: 1,
    at: "/blocks/0/elements",
    check: (n) => inMessage({ type: "context", elements: times(n, () => plain("x")) }),
  },
  {
    what: "context_actions",
    max: 5,
    min: 1,
    at: "/blocks/0/elements",
    check: (n) =>
      inMessage({
        type: "context_actions",
        elements: times(n, () => ({ type: "icon_button", icon: "trash", text: plain("x") })),
      }),
  },
  {
    what: "select options",
    max: 100,
    min: 1,
    at: "/blocks/0/accessory/options",
    check: (n) => choosing("static_select", { options: options(n) }),
  },
  {
    what: "option groups",
    max: 100,
    min: 1,
    at: "/blocks/0/accessory/option_groups",
    check: (n) =>
      choosing("multi_static_select", {
        option_groups: times(n, () => ({ label: plain("g"), options: options(1) })),
      }),
  },
  {
    what: "options of a group",
    max: 100,
    min: 1,
    at: "/blocks/0/accessory/option_groups/0/options",
    check: (n) =>
      choosing("static_select", { option_groups: [{ label: plain("g"), options: options(n) }] }),
  },
  {
    what: "radio buttons",
    max: 10,
    min: 1,
    at: "/blocks/0/accessory/options",
    check: (n) => choosing("radio_buttons", { options: options(n) }),
  },
  {
    what: "checkboxes",
    max: 10,
    min: 1,
    at: "/blocks/0/accessory/options",
    check: (n) => choosing("checkboxes", { options: options(n) }),
  },
  {
    what: "overflow options",
    max: 5,
    min: 2,
    at: "/blocks/0/accessory/options",
    check: (n) => choosing("overflow", { options: options(n) }),
  },
  {
    what: "card actions",
    max: 3,
    min: 1,
    at: "/blocks/0/actions",
    check: (n) => card({ actions: times(n, (index) => button(`a${index}`)) }),
  },
  {
    what: "carousel cards",
    max: 10,
    min: 1,
    at: "/blocks/0/elements",
    check: (n) =>
      inMessage({
        type: "carousel",
        elements: times(n, () => ({ type: "card", title: marked("x") })),
      }),
  },
  {
    what: "container blocks",
    max: 10,
    min: 1,
    at: "/blocks/0/child_blocks",
    check: (n) => container({ child_blocks: times(n, () => ({ type: "divider" })) }),
  },
  {
    what: "table rows",
    max: 100,
    min: 1,
    at: "/blocks/0/rows",
    check: (n) => inMessage({ type: "table", rows: times(n, () => cells(1)) }),
  },
  {
    what: "table columns",
    max: 20,
    min: 1,
    at: "/blocks/0/rows/0",
    check: (n) => inMessage({ type: "table", rows: [cells(n)] }),
  },
  {
    what: "table column settings",
    max: 20,
    min: 1,
    at: "/blocks/0/column_settings",
    check: (n) =>
      inMessage({
        type: "table",
        rows: [cells(1)],
        column_settings: times(n, () => ({ align: "left" })),
      }),
  },
  {
    what: "data_table rows",
    max: 101,
    min: 2,
    at: "/blocks/0/rows",
    check: (n) => dataTable(times(n, () => cells(1))),
  },
  {
    what: "pie segments",
    max: 6,
    min: 1,
    at: "/blocks/0/chart/segments",
    check: (n) => inMessage(pie(...times(n, (index) => index + 1))),
  },
  {
    what: "chart series",
    max: 6,
    min: 1,
    at: "/blocks/0/chart/series",
    check: (n) =>
      chart({
        series: times(n, (index) => ({
          ...untypedBlocks.data_visualization.chart.series[0],
          name: `s${index}`,
        })),
      }),
  },
  {
    what: "indent of a list",
    max: 8,
    min: 0,
    at: "/blocks/0/elements/0/indent",
    check: (n) =>
      rich({
        type: "rich_text_list",
        style: "bullet",
        indent: n,
        elements: [{ type: "rich_text_section", elements: words }],
      }),
  },
  {
    what: "page_size",
    max: 100,
    min: 1,
    at: "/blocks/0/page_size",
    check: (n) => dataTable([cells(1), cells(1)], { page_size: n }),
  },
  {
    what: "max_length",
    max: 3000,
    min: 1,
    at: "/blocks/0/element/max_length",
    check: (n) => input({}, { max_length: n }),
  },
  {
    what: "min_length",
    max: 3000,
    min: 0,
    at: "/blocks/0/element/min_length",
    check: (n) => input({}, { min_length: n }),
  },
  {
    what: "max_files",
    max: 10,
    min: 1,
    at: "/blocks/0/element/max_files",
    check: (n) => input({ element: undefined }, { ...inputElements.file_input, max_files: n }),
  },
  {
    what: "max_lines",
    max: 100,
    min: 1,
    at: "/blocks/0/element/max_lines",
    check: (n) => input({}, { type: "rich_text_input", max_lines: n }),
  },
];
