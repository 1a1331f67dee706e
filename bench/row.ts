/** One measured claim: a figure, what it is compared with in the same run, and their ratio. */
export type Row = { claim: string; measured: string; against: string; ratio: string; aim: string };

/** How much is done: `short` shows that everything runs, `full` gives the figures. */
export type Scale = "short" | "full";

export function toMarkdown(rows: readonly Row[]): string {
  const head =
    "| claim | measured | against, in the same run | ratio | aim |\n|---|---|---|---|---|";
  const lines = rows.map(
    (row) => `| ${row.claim} | ${row.measured} | ${row.against} | ${row.ratio} | ${row.aim} |`,
  );
  return [head, ...lines].join("\n");
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
