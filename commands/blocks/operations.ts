import type { Button, KnownBlock } from "@slack/types";
import type { OperationStatus } from "../../src/core/operation.ts";
import { operationIs } from "../../src/core/operation.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { span } from "../../src/core/words.ts";
import { cancelButton, destroyButton, retryButton } from "./actions.ts";
import { paragraphs } from "./elements.ts";
import { quoted } from "./text.ts";
import { doingWords } from "./words.ts";

const marks: Record<OperationStatus, string> = {
  queued: ":hourglass:",
  running: ":hourglass_flowing_sand:",
  succeeded: ":white_check_mark:",
  failed: ":x:",
  canceled: ":no_entry_sign:",
};

/** Several operations, one a line: how each stands, or why it waits. For a bulk destroy. */
export function operationLines(operations: readonly OperationView[], now: number): KnownBlock[] {
  return paragraphs(
    operations.map((operation) => operationLine(operation, now)),
    { lines: 50 },
  );
}

/** One operation in a line of mrkdwn. */
function operationLine(operation: OperationView, now: number): string {
  const since = operation.startedAt ?? operation.createdAt;
  const time = span((operation.finishedAt ?? now) - since);
  const words = quoted(withoutRepeat(operation), 300);
  return `${marks[operation.status]} ${operation.kind} *${quoted(operation.thopterName, 60)}* · ${words} · ${time}`;
}

/** A destroy that has finished says what it saved. */
function withoutRepeat(operation: OperationView): string {
  const rescue = operation.steps.find(
    ({ name, status }) => name === "rescue" && status === "succeeded",
  );
  if (operation.status !== "succeeded" || rescue?.note === undefined) {
    const isGone = operation.kind === "destroy" && operation.status === "succeeded";
    return isGone ? "gone" : doingWords(operation);
  }
  return `gone, ${rescue.note}`;
}

/** The next sensible actions for an operation: cancel what waits or runs, retry or clear away what failed. */
export function operationButtons(operation: OperationView): Button[] {
  if (operationIs.open(operation)) return [cancelButton(operation.id)];
  if (operation.status === "succeeded") return [];
  const retry = retryButton(operation.id);
  return operation.kind === "destroy" ? [retry] : [retry, destroyButton(operation.thopterId)];
}
