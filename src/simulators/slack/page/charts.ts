import { itemsOf, own } from "../blocks/json.ts";
import { attributes, markup, type Html } from "./html.ts";
import { numberIn, stringIn } from "./text.ts";

type Bar = { label: string; value: number };

/** Any chart as bars, one for each segment or point. */
export function renderChart(block: unknown): Html {
  const chart = own(block, "chart");
  const bars = [
    ...itemsOf(own(chart, "segments")).map((segment) => barOf(segment, "")),
    ...itemsOf(own(chart, "series")).flatMap((series) =>
      itemsOf(own(series, "data")).map((point) => barOf(point, stringIn(series, "name"))),
    ),
  ];
  const most = Math.max(...bars.slice(0, 200).map(({ value }) => Math.abs(value)), 1);
  const rows = bars.slice(0, 200).map(({ label, value }) => {
    const width = Math.round((Math.abs(value) / most) * 100);
    const bar = attributes({ class: "s-bar", style: `width:${width}%` });
    return markup`<div class="s-chart-row">
      <span>${label}</span><span class="s-track"><span${bar}></span></span><span>${value}</span>
    </div>`;
  });
  return markup`<div class="s-chart">
    <div class="s-card-title">${stringIn(block, "title")}</div>
    ${rows}
  </div>`;
}

function barOf(point: unknown, series: string): Bar {
  const label = [series, stringIn(point, "label")].filter((part) => part !== "").join(" · ");
  return { label, value: numberIn(point, "value") ?? 0 };
}
