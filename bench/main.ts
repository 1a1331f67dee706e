import { measureDecisions } from "./decisions.ts";
import { measureFlyDestroys } from "./fly-destroys.ts";
import { measureLatency } from "./latency.ts";
import { measureMakespan } from "./makespan.ts";
import { measureMcp } from "./mcp.ts";
import { measureRestart } from "./restart.ts";
import { toMarkdown } from "./row.ts";
import type { Row, Scale } from "./row.ts";
import { measureSlackAck } from "./slack-ack.ts";
import { measureSlots } from "./slots.ts";
import { measureThroughput } from "./throughput.ts";

const scale: Scale = process.argv.includes("--short") ? "short" : "full";
const measurements = [
  measureMakespan,
  measureLatency,
  measureThroughput,
  measureDecisions,
  measureRestart,
  measureSlots,
  measureMcp,
  measureSlackAck,
  measureFlyDestroys,
];
const rows: Row[] = [];
for (const measure of measurements) {
  process.stderr.write(`${measure.name}\n`);
  rows.push(await measure(scale));
}
process.stdout.write(`${toMarkdown(rows)}\n`);
