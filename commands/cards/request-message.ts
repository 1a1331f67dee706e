import type { KnownBlock } from "@slack/types";
import { operationIs } from "../../src/core/operation.ts";
import type { OperationStatus } from "../../src/core/operation.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import {
  cancelButton,
  destroyButton,
  diffButton,
  extendButton,
  logButton,
  retryButton,
  screenButton,
  tellButton,
} from "../blocks/actions.ts";
import { actions, context, message, section } from "../blocks/elements.ts";
import { repositoryWords } from "../../src/core/words.ts";
import { operationButtons, operationLines } from "../blocks/operations.ts";
import { stepsBlock } from "../blocks/steps.ts";
import { plain, quoted } from "../blocks/text.ts";
import { code, count, doingWords } from "../blocks/words.ts";
import type { Message } from "../message.ts";
import type { Sight } from "./sights.ts";

const mostRetries = 5;

type Asked = { askedBy: string; now: number };

/** The card of one provision: its steps and why it waits, then the thopter with what to do next. */
export function provisionMessage(
  operation: OperationView,
  thopter: Sight | undefined,
  { askedBy, now }: Asked,
): Message {
  const headline = `${provisionHeadline(operation, thopter)}${askerWords(askedBy)}`;
  const place =
    thopter === undefined
      ? []
      : [context(`${code(thopter.branch)} in ${code(repositoryWords(thopter.repository))}`)];
  return message(headline, [
    section(headline),
    ...place,
    stepsBlock(operation, now),
    ...errorBlocks(operation),
    ...provisionButtons(operation, thopter),
  ]);
}

function provisionHeadline(operation: OperationView, thopter: Sight | undefined): string {
  const name = `*${quoted(operation.thopterName, 60)}*`;
  switch (operation.status) {
    case "queued":
      return `:hourglass: ${name} waits to be provisioned: ${quoted(operation.explanation, 300)}`;
    case "running":
      return `:hourglass_flowing_sand: ${name} is being provisioned: ${quoted(doingWords(operation), 200)}`;
    case "succeeded":
      return thopter === undefined ? `:wastebasket: ${name} is gone` : readyHeadline(name, thopter);
    case "failed":
      return `:x: ${name} could not be provisioned${thopter === undefined ? " and is gone" : ""}`;
    case "canceled":
      return `:no_entry_sign: ${name} was canceled${thopter === undefined ? " and is gone" : ""}`;
  }
}

function readyHeadline(name: string, { status }: Sight): string {
  return status === "destroying"
    ? `:wastebasket: ${name} is being destroyed`
    : `:white_check_mark: ${name} is ${status}`;
}

/** A name, not a mention: nobody needs to be called for what they asked for themselves. */
function askerWords(name: string): string {
  return ` · asked by ${quoted(name, 60)}`;
}

function errorBlocks({ status, error }: OperationView): KnownBlock[] {
  if (status !== "failed" || error === undefined) return [];
  return [section(quoted(error.message, 1000))];
}

/** What is sensible next; an open question has a message of its own. */
function provisionButtons(operation: OperationView, thopter: Sight | undefined): KnownBlock[] {
  const { id, thopterId, status } = operation;
  if (operationIs.open(operation)) return actions(cancelButton(id));
  if (status !== "succeeded") {
    if (thopter === undefined) return actions(retryButton(id));
    return actions(...operationButtons(operation), logButton(thopterId));
  }
  if (thopter?.status !== "ready") return [];
  return actions(
    screenButton(thopterId),
    diffButton(thopterId),
    tellButton(thopterId),
    ...(thopter.expiresAt === undefined ? [] : [extendButton(thopterId)]),
    destroyButton(thopterId),
  );
}

/** The card of any other request: a line for each thopter below how many have come how far. */
export function operationsMessage(
  operations: readonly OperationView[],
  { askedBy, now }: Asked,
): Message {
  const headline = `${countWords(operations)}${askerWords(askedBy)}`;
  const [only] = operations;
  const lines =
    only !== undefined && operations.length === 1
      ? [stepsBlock(only, now), ...errorBlocks(only)]
      : operationLines(operations, now);
  return message(headline, [section(headline), ...lines, ...operationsButtons(operations)]);
}

const statusWords: readonly [OperationStatus, string][] = [
  ["succeeded", "done"],
  ["running", "running"],
  ["queued", "waiting"],
  ["failed", "failed"],
  ["canceled", "canceled"],
];

/** "Destroying 5 thopters: 2 done, 1 running, 2 waiting", as mrkdwn. */
export function countWords(operations: readonly OperationView[]): string {
  const counts = statusWords.flatMap(([status, words]) => {
    const number = operations.filter((operation) => operation.status === status).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  const isOver = operations.every(operationIs.finished);
  const areWell = operations.every(({ status }) => status === "succeeded");
  return `${markOf(isOver, areWell)} *${verbOf(operations, isOver)} ${subjectOf(operations)}*: ${counts.join(", ")}`;
}

function markOf(isOver: boolean, areWell: boolean): string {
  if (!isOver) return ":hourglass_flowing_sand:";
  return areWell ? ":white_check_mark:" : ":warning:";
}

function verbOf(operations: readonly OperationView[], isOver: boolean): string {
  const isDestroy = operations.every(({ kind }) => kind === "destroy");
  if (isOver) return isDestroy ? "Destroy of" : "Provision of";
  return isDestroy ? "Destroying" : "Provisioning";
}

function subjectOf(operations: readonly OperationView[]): string {
  const [only] = operations;
  return only !== undefined && operations.length === 1
    ? quoted(only.thopterName, 60)
    : count(operations.length, "thopter");
}

function operationsButtons(operations: readonly OperationView[]): KnownBlock[] {
  const [only] = operations;
  if (only !== undefined && operations.length === 1) return actions(...operationButtons(only));
  const failed = operations.filter(({ status }) => status === "failed").slice(0, mostRetries);
  // A row each: in one row no two buttons may mean the same.
  return failed.flatMap(({ id, thopterName }) => {
    const retry = retryButton(id);
    return actions({ ...retry, text: plain(`Retry ${thopterName}`, 75) });
  });
}
