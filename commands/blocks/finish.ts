import type { KnownBlock } from "@slack/types";
import type { OperationView, ThopterDetail } from "../../src/core/ports/fleet.ts";
import { repositoryWords, span, standingOf } from "../../src/core/words.ts";
import type { Message } from "../message.ts";
import { actions, context, message, section } from "./elements.ts";
import { operationButtons } from "./operations.ts";
import { preformatted, quoteBlock } from "./quote.ts";
import { quoted } from "./text.ts";
import { thopterButtons } from "./thopters.ts";
import { code, timeOf } from "./words.ts";

/**
 * How the provision of a thopter ended: ready, with its branch, commits and changes, or why not.
 * `pullRequest` is shown as a link where it is an https address. `forOwner` says that its owner alone
 * reads it, and so what its agent and its machine said last.
 */
export function finishMessage(
  operation: OperationView,
  thopter: ThopterDetail,
  { pullRequest, forOwner = false }: { pullRequest?: string | undefined; forOwner?: boolean } = {},
): Message {
  const took = span((operation.finishedAt ?? 0) - (operation.startedAt ?? operation.createdAt));
  const name = quoted(thopter.name, 60);
  if (operation.status !== "succeeded") {
    const why = quoted(operation.error?.message ?? operation.explanation, 1000);
    const text = `:x: *${name}* was not provisioned (${operation.status}): ${why}`;
    const causes = forOwner ? causeBlocks(operation) : [];
    return message(text, [section(text), ...causes, ...actions(...operationButtons(operation))]);
  }
  // It stays as it is: how long a limit lasts would soon be wrong.
  const { status, agentState } = thopter;
  const standing = standingOf({ status, ...(agentState !== undefined && { agentState }) });
  const text = `:white_check_mark: *${name}* is ${standing} after ${took}.`;
  return message(text, [
    section(text),
    ...limitBlocks(thopter),
    ...workBlocks(thopter, pullRequest),
    context("Its task:"),
    quoteBlock(thopter.task, { maxLength: 300 }),
    ...(forOwner ? lastMessageBlocks(thopter) : []),
    ...actions(...thopterButtons(thopter)),
  ]);
}

/** What a machine or an agent said of a failure, for those who may read it. */
function causeBlocks({ error }: OperationView): KnownBlock[] {
  if (error === undefined || error.causes.length === 0) return [];
  return [
    context("The cause, in words that are not the hub's:"),
    preformatted(error.causes.join("\n"), { maxLength: 1500 }),
  ];
}

/** When the usage limit of an agent ends, in the reader's own time. */
export function limitBlocks({ status, agentState }: ThopterDetail): KnownBlock[] {
  const resetsAt = agentState?.status === "limited" ? agentState.resetsAt : undefined;
  if (status !== "ready" || resetsAt === undefined) return [];
  const fallback = new Date(resetsAt).toISOString();
  return [context(`Its agent's usage limit ends at ${timeOf(resetsAt, fallback)}.`)];
}

/** What an agent said last, for those who may read it. */
export function lastMessageBlocks({ lastMessage }: ThopterDetail): KnownBlock[] {
  if (lastMessage === undefined) return [];
  return [
    context("What its agent said last, in its own words:"),
    preformatted(lastMessage, { maxLength: 1500 }),
  ];
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
