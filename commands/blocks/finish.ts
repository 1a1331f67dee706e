import type { KnownBlock } from "@slack/types";
import type { OperationView, ThopterDetail } from "../../src/core/ports/fleet.ts";
import { span, standingOf } from "../../src/core/words.ts";
import type { Message } from "../message.ts";
import { actions, context, message, section } from "./elements.ts";
import { operationButtons } from "./operations.ts";
import { quoteBlock } from "./quote.ts";
import { quoted } from "./text.ts";
import { thopterButtons } from "./thopters.ts";
import { code, repositoryWords } from "./words.ts";

/**
 * How the provision of a thopter ended: ready, with its branch, commits and changes, or why not.
 * `pullRequest` is shown as a link where it is an https address.
 */
export function finishMessage(
  operation: OperationView,
  thopter: ThopterDetail,
  pullRequest?: string,
): Message {
  const took = span((operation.finishedAt ?? 0) - (operation.startedAt ?? operation.createdAt));
  const name = quoted(thopter.name, 60);
  if (operation.status !== "succeeded") {
    const why = quoted(operation.error?.message ?? operation.explanation, 1000);
    const text = `:x: *${name}* was not provisioned (${operation.status}): ${why}`;
    return message(text, [section(text), ...actions(...operationButtons(operation))]);
  }
  const text = `:white_check_mark: *${name}* is ${standingOf(thopter)} after ${took}.`;
  return message(text, [
    section(text),
    ...workBlocks(thopter, pullRequest),
    context("Its task:"),
    quoteBlock(thopter.task, { maxLength: 300 }),
    ...actions(...thopterButtons(thopter)),
  ]);
}

/** Where a thopter's work is and how much of it there is. */
export function workBlocks(thopter: ThopterDetail, pullRequest?: string): KnownBlock[] {
  const { work } = thopter;
  const branch = code(work?.branch ?? thopter.branch);
  const place = `${branch} in ${code(repositoryWords(thopter.repository))}`;
  const amount =
    work === undefined
      ? quoted(thopter.workUnavailable ?? "", 200)
      : [
          plural(work.commitsAhead, "commit"),
          work.uncommittedFiles === 0 ? "" : plural(work.uncommittedFiles, "uncommitted file"),
          quoted(shortDiffstat(work.diffstat), 200),
        ]
          .filter((part) => part !== "")
          .join(" · ");
  const link = isHttps(pullRequest) ? `<${linkable(pullRequest)}|Pull requests>` : "";
  return [context([place, amount, link].filter((part) => part !== "").join(" · "))];
}

/** "3 files changed, +10, -2". */
function shortDiffstat(diffstat: string): string {
  return diffstat.replace(/(\d+) insertions?\(\+\)/, "+$1").replace(/(\d+) deletions?\(-\)/, "-$1");
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function isHttps(address: string | undefined): address is string {
  return address !== undefined && address.length <= 1000 && URL.canParse(address)
    ? new URL(address).protocol === "https:"
    : false;
}

/** No sign of an address may end the link it stands in. */
function linkable(address: string): string {
  return new URL(address).href
    .replaceAll("&", "&amp;")
    .replaceAll("|", "%7C")
    .replaceAll(">", "%3E");
}
