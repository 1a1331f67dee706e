import type { KnownBlock, PlanBlock, TaskCardBlock } from "@slack/types";
import { operationIs } from "../../src/core/operation.ts";
import type { StepRecord, StepStatus } from "../../src/core/operation.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { operationWords, span } from "../../src/core/words.ts";
import { paragraphs } from "./elements.ts";
import { richText } from "./quote.ts";
import { plain, quoted } from "./text.ts";
import { countWords, doingWords, stepWords } from "./words.ts";

const mostSteps = 40;

const taskStatuses: Record<StepStatus, TaskCardBlock["status"]> = {
  running: "in_progress",
  succeeded: "complete",
  skipped: "complete",
  failed: "error",
};

const marks: Record<StepStatus, string> = {
  running: ":hourglass_flowing_sand:",
  succeeded: ":white_check_mark:",
  skipped: ":heavy_minus_sign:",
  failed: ":x:",
};

/**
 * The steps of one operation as a list that Slack folds. Only messages may hold it; `stepLines`
 * says the same anywhere. A message has at most one.
 */
export function stepsBlock(operation: OperationView, now: number): PlanBlock {
  const begun = operation.steps.map((step) => task(operation, step, now));
  const tasks = begun.length === 0 ? [waiting(operation)] : [...begun, ...ahead(operation)];
  return {
    type: "plan",
    title: oneLine(planTitle(operation), 250),
    tasks: tasks.slice(0, mostSteps),
  };
}

/** The steps that are still to come. */
function ahead(operation: OperationView): TaskCardBlock[] {
  const { id, steps, stepNames = [] } = operation;
  if (!operationIs.open(operation)) return [];
  return stepNames
    .filter((name) => steps.every((step) => step.name !== name))
    .map((name) => ({ ...cardOf(id, name), status: "pending" }));
}

function task(operation: OperationView, step: StepRecord, now: number): TaskCardBlock {
  const words = [noteOf(operation, step), stepTime(step, now)].filter((part) => part !== "");
  const card = { ...cardOf(operation.id, step.name), status: taskStatuses[step.status] };
  return words.length === 0 ? card : { ...card, details: richText(words.join(" · "), 500) };
}

function cardOf(operationId: string, step: string) {
  return {
    type: "task_card" as const,
    task_id: oneLine(`${operationId}:${step}`, 250),
    title: oneLine(capital(stepWords(step)), 100),
  };
}

/** What stands in for the steps before the first one begins. */
function waiting(operation: OperationView): TaskCardBlock {
  const status = { queued: "pending", running: "in_progress", succeeded: "complete" } as const;
  return {
    type: "task_card",
    task_id: oneLine(`${operation.id}:start`, 250),
    title: "Start",
    status:
      operation.status === "failed" || operation.status === "canceled"
        ? "error"
        : status[operation.status],
    details: richText(operation.explanation, 500),
  };
}

/** The same steps as lines of text, for where the list may not stand. */
export function stepLines(operation: OperationView, now: number): KnownBlock[] {
  const lines = operation.steps.map((step) => {
    const words = [stepTime(step, now), noteOf(operation, step)].filter((part) => part !== "");
    return `${marks[step.status]} ${quoted([step.name, ...words].join(" · "), 500)}`;
  });
  const title = `*${quoted(titleOf(operation), 100)}* ${quoted(operationWords(operation), 500)}`;
  return paragraphs([title, ...lines], { lines: mostSteps });
}

/** What stands above the steps: the message around them has said which thopter it is. */
function planTitle(operation: OperationView): string {
  const { status, startedAt, finishedAt } = operation;
  if (status !== "succeeded" || startedAt === undefined || finishedAt === undefined) {
    const count = status === "running" ? countWords(operation.stepCount) : "";
    return capital(`${count}${doingWords(operation)}`);
  }
  return `Done in ${span(finishedAt - startedAt)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function titleOf({ kind, thopterName }: OperationView): string {
  return `${kind} ${thopterName}`;
}

function stepTime({ startedAt, finishedAt, status, note }: StepRecord, now: number): string {
  if (status === "skipped") return note === undefined ? "nothing to do" : "";
  return span((finishedAt ?? now) - startedAt);
}

function noteOf({ progress, error }: OperationView, step: StepRecord): string {
  if (step.status === "failed" && error !== undefined) return error.message;
  const own = `${step.name}: `;
  if (step.status === "running" && progress?.startsWith(own) === true) {
    return progress.slice(own.length);
  }
  return step.note ?? "";
}

function oneLine(text: string, maxLength: number): string {
  return plain(text, maxLength).text;
}
