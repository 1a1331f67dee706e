import { limits } from "./limits.ts";
import { itemsOf, own } from "./json.ts";
import { choice, list, number, object, optional, string, type Rule, type Shape } from "./spec.ts";

const label = string(limits.chartLabel);
const point = object({ name: "point", fields: { label, value: number } });
const series = object({
  name: "series",
  fields: { name: label, data: list(point, 1, limits.chartPoints) },
});
const axes = object({
  name: "axis_config",
  fields: {
    categories: list(label, 1, limits.chartPoints),
    x_label: optional(string(limits.chartTitle)),
    y_label: optional(string(limits.chartTitle)),
  },
});

const positiveSegments: Rule = (value, report) => {
  for (const [index, each] of itemsOf(own(value, "segments"))
    .slice(0, limits.chartParts)
    .entries()) {
    const size = own(each, "value");
    if (typeof size === "number" && size <= 0) {
      report(`/segments/${index}/value`, `is ${size}; must be above 0`);
    }
  }
};

/** Each series has a point for each category, in their order. */
const pointsFitCategories: Rule = (value, report) => {
  const categories = itemsOf(own(own(value, "axis_config"), "categories"));
  for (const [index, each] of itemsOf(own(value, "series")).slice(0, limits.chartParts).entries()) {
    const labels = itemsOf(own(each, "data")).map((one) => own(one, "label"));
    const fits =
      labels.length === categories.length && labels.every((one, at) => one === categories[at]);
    if (!fits) report(`/series/${index}/data`, "does not have one point for each category");
  }
};

const seriesNamesDiffer: Rule = (value, report) => {
  const seen = new Set<unknown>();
  for (const [index, each] of itemsOf(own(value, "series")).slice(0, limits.chartParts).entries()) {
    const name = own(each, "name");
    if (seen.has(name)) report(`/series/${index}/name`, "is another series' name");
    seen.add(name);
  }
};

/** Pie charts have segments, the others series over categories. */
const partsFitType: Rule = (value, report) => {
  const isPie = own(value, "type") === "pie";
  const [needed, foreign] = isPie
    ? [["segments"], ["series", "axis_config"]]
    : [["series", "axis_config"], ["segments"]];
  for (const field of needed) if (!Object.hasOwn(value, field)) report("", `needs ${field}`);
  for (const field of foreign) {
    if (Object.hasOwn(value, field)) report(`/${field}`, `does not belong to this type of chart`);
  }
  if (!isPie) for (const rule of [pointsFitCategories, seriesNamesDiffer]) rule(value, report);
};

/** The block with a chart; not in @slack/types 3.2. */
export const dataVisualization: Shape = {
  name: "data_visualization",
  fields: {
    title: string(limits.chartTitle),
    chart: object({
      name: "chart",
      fields: {
        type: choice("pie", "bar", "area", "line"),
        segments: optional(list(point, 1, limits.chartParts)),
        series: optional(list(series, 1, limits.chartParts)),
        axis_config: optional(axes),
      },
      rules: [positiveSegments, partsFitType],
    }),
  },
};
