import type { KnownBlock } from "@slack/types";
import type { ApprovalView } from "../../src/core/ports/fleet.ts";
import { span } from "../../src/core/words.ts";
import { defaultReason } from "../choose/destroying.ts";
import type { Message } from "../message.ts";
import { approveButton, approveTypedButton, denyButton } from "./actions.ts";
import { actions, context, message, section } from "./elements.ts";
import { needsCount, planBlocks } from "./plan.ts";
import { quoteBlock } from "./quote.ts";
import { quoted } from "./text.ts";
import { count, listed, personWords, timeOf } from "./words.ts";
import type { Names } from "./words.ts";

/**
 * An approval as it stands at `now`: who asks, what would be destroyed, why it has to be decided,
 * who may, until when, and the reason given, quoted. While it is pending it has the buttons; then
 * it says who decided. Post it where others can see it: it is never a whisper.
 */
export function approvalMessage(approval: ApprovalView, people: Names, now: number): Message {
  const isOpen = approval.status === "pending" && approval.expiresAt > now;
  const title = titleOf(approval);
  const outcome = isOpen ? deciding(approval, people, now) : outcomeWords(approval, people);
  const blocks = [
    section(`*${title}*\nAsked by ${askedBy(approval, people)}: ${quoted(approval.why, 500)}.`),
    ...planBlocks(approval.plan),
    ...reasonBlocks(approval.plan.reason),
    isOpen ? context(outcome) : section(outcome),
    ...(isOpen ? buttons(approval, title) : []),
  ];
  const names = listed(approval.plan.items.map(({ name }) => name));
  return message(`${title} ${names}. ${outcome}`, blocks);
}

function titleOf({ plan }: ApprovalView): string {
  const force = plan.force ? " by force, unsaved work included" : "";
  return `Destroy ${count(plan.items.length, "thopter")}${force}?`;
}

function askedBy({ requestedBy, askedByName }: ApprovalView, people: Names): string {
  return requestedBy.kind === "person"
    ? personWords(people, requestedBy.personId)
    : quoted(askedByName, 100);
}

function deciding(approval: ApprovalView, people: Names, now: number): string {
  const { deciders, expiresAt } = approval;
  const named = deciders.slice(0, 5).map((personId) => personWords(people, personId));
  const who = [...named, "an admin"].join(" or ");
  const left = `in ${span(expiresAt - now)}`;
  return `${who} may decide. It expires at ${timeOf(expiresAt, left)}, ${left}, and nothing is destroyed then.`;
}

/** What became of an approval, and through whom, as mrkdwn. */
export function outcomeWords(approval: ApprovalView, people: Names): string {
  const by =
    approval.decidedBy === undefined ? "" : ` by ${personWords(people, approval.decidedBy)}`;
  switch (approval.status) {
    case "approved":
      return `:white_check_mark: Approved${by}: ${count(approval.operationIds.length, "thopter")} to be destroyed.`;
    case "denied":
      return `:no_entry_sign: Denied${by}: nothing is destroyed.`;
    case "pending":
    case "expired":
      return ":hourglass: Nobody decided in time: it expired and nothing is destroyed. Ask again if it is still wanted.";
  }
}

function reasonBlocks(reason: string): KnownBlock[] {
  if (["", defaultReason].includes(reason.trim())) return [];
  return [context("Reason given, in the asker's words:"), quoteBlock(reason, { maxLength: 1000 })];
}

function buttons({ id, plan }: ApprovalView, title: string): KnownBlock[] {
  const approve = needsCount(plan)
    ? approveTypedButton(id, plan.items.length)
    : approveButton(id, `${title} ${plan.items.map(({ name }) => name).join(", ")}`);
  return actions(approve, denyButton(id));
}
