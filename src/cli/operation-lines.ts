import { operationIs } from "../core/operation.ts";
import type { OperationStatus } from "../core/operation.ts";
import type { OperationView } from "../core/ports/fleet.ts";
import { operationWords, span } from "../core/words.ts";
import { barOf } from "./bar.ts";
import { columnsOf, cutTo, oneLine } from "./shown-text.ts";
import type { Terminal } from "./terminal.ts";

type Room = Pick<Terminal, "width" | "height" | "style">;
/** What is the same for all lines of a picture. */
type Frame = { terminal: Room; now: number; titleWidth: number; barWidth: number };

const marks = { queued: "·", running: "›", succeeded: "✓", failed: "✗", canceled: "–" } as const;
const colors = {
  queued: "dim",
  running: "cyan",
  succeeded: "green",
  failed: "red",
  canceled: "yellow",
} as const;
/** What is shown first where not all has room. */
const order: readonly OperationStatus[] = ["running", "failed", "queued", "canceled", "succeeded"];

const barOfOne = 10;
const longestTotalBar = 30;
/** Below this a line has more need of its words than of a bar. */
const leastWords = 24;

/**
 * Operations as lines that fit a terminal: one each with its bar while there is room, else those that
 * are under way and how many there are besides; of several, all of them together below.
 */
export function operationLines(
  operations: readonly OperationView[],
  terminal: Room,
  now: number,
): string[] {
  const frame = frameOf(operations, terminal, now);
  const total = operations.length > 1 ? [totalLine(operations, frame)] : [];
  // A line stays free for the cursor, and one for what stood there before.
  const room = Math.max(1, terminal.height - 2) - total.length;
  if (operations.length <= room) return [...operations.map((one) => line(one, frame)), ...total];
  const sorted = operations.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const shown = sorted.slice(0, Math.max(0, room - 1));
  const rest = `  and ${operations.length - shown.length} more`;
  return [
    ...shown.map((one) => line(one, frame)),
    ...(room < 1 ? [] : [terminal.style("dim", rest)]),
    ...total,
  ];
}

/** "provision amber-falcon". */
export function operationTitle({ kind, thopterName }: OperationView): string {
  return oneLine(`${kind} ${thopterName}`);
}

/** What an operation does now, as "3/9 clone: cloning the repository", or how it stands. */
export function countedWords(operation: OperationView): string {
  const { stepCount, status, ahead = 0 } = operation;
  const words = oneLine(operationWords(operation));
  // Of many that wait for the same, their place tells them apart.
  if (status === "queued" && ahead > 0)
    return `${ahead} ahead: ${words.replace(/^It waits: /, "")}`;
  if (stepCount === undefined || status === "succeeded") return words;
  return `${stepCount.number}/${stepCount.total} ${words}`;
}

function frameOf(operations: readonly OperationView[], terminal: Room, now: number): Frame {
  const longest = Math.max(...operations.map((one) => columnsOf(operationTitle(one))));
  const titleWidth = Math.min(longest, Math.max(12, Math.floor(terminal.width * 0.4)));
  const isOver = operations.every(operationIs.finished);
  const isRoomy = terminal.width - titleWidth - barOfOne >= leastWords + 14;
  return { terminal, now, titleWidth, barWidth: isOver || !isRoomy ? 0 : barOfOne };
}

function line(operation: OperationView, frame: Frame): string {
  const { terminal, now, titleWidth, barWidth } = frame;
  const color = colors[operation.status];
  const title = padded(cutTo(operationTitle(operation), titleWidth), titleWidth);
  const bar = barWidth === 0 ? "" : `${barOf(fractionOf(operation), barWidth)}  `;
  const time = timeOf(operation, now);
  const room = terminal.width - titleWidth - columnsOf(bar) - time.length - 7;
  const words = cutTo(countedWords(operation), Math.max(8, room));
  const mark = terminal.style(color, marks[operation.status]);
  const filled = bar === "" ? "" : terminal.style(color, bar);
  return `${mark} ${title}  ${filled}${words}  ${terminal.style("dim", time)}`;
}

/** How long it runs; while it waits to run, how long it has waited. */
function timeOf({ startedAt, createdAt, finishedAt }: OperationView, now: number): string {
  return span((finishedAt ?? now) - (startedAt ?? createdAt));
}

/** How much of an operation is done: all of one that has ended, for nothing more comes of it. */
function fractionOf({ status, stepCount }: OperationView): number {
  if (status === "succeeded") return 1;
  return stepCount === undefined ? 0 : stepCount.done / stepCount.total;
}

function totalLine(operations: readonly OperationView[], { terminal, now }: Frame): string {
  const words = countsIn(operations);
  const began = Math.min(...operations.map(({ createdAt }) => createdAt));
  const isOver = operations.every(operationIs.finished);
  const ended = Math.max(...operations.map(({ finishedAt }) => finishedAt ?? 0));
  const time = span((isOver ? ended : now) - began);
  const done = operations.reduce(
    (sum, one) => sum + (operationIs.finished(one) ? 1 : fractionOf(one)),
    0,
  );
  const room = terminal.width - words.length - time.length - 7;
  const width = Math.min(longestTotalBar, room);
  const bar = isOver || width < 5 ? "" : `${barOf(done / operations.length, width)}  `;
  const text = cutTo(words, Math.max(8, terminal.width - columnsOf(bar) - time.length - 5));
  return `  ${terminal.style("cyan", bar)}${terminal.style("bold", text)}  ${terminal.style("dim", time)}`;
}

/** "17 of 40 done, 1 of them failed; 2 run, 21 wait". */
function countsIn(operations: readonly OperationView[]): string {
  const of = (...statuses: OperationStatus[]): number =>
    operations.filter(({ status }) => statuses.includes(status)).length;
  const parts: [number, string][] = [
    [of("failed"), "failed"],
    [of("canceled"), "canceled"],
    [of("running"), "running"],
    [of("queued"), "waiting"],
  ];
  const others = parts.filter(([count]) => count > 0).map(([count, word]) => `, ${count} ${word}`);
  const done = operations.filter(operationIs.finished).length;
  return `${done} of ${operations.length} done${others.join("")}`;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
