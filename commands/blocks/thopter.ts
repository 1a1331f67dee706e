import type { KnownBlock } from "@slack/types";
import type { OperationView, ThopterDetail } from "../../src/core/ports/fleet.ts";
import { span, standingOf } from "../../src/core/words.ts";
import type { Message } from "../message.ts";
import { actions, context, message, section } from "./elements.ts";
import { lastMessageBlocks, limitBlocks, workBlocks } from "./finish.ts";
import { preformatted, quoteBlock } from "./quote.ts";
import { stepLines } from "./steps.ts";
import { quoted } from "./text.ts";
import { thopterButtons } from "./thopters.ts";

/** One thopter with all that matters about it, how far its open operation is, and what can be done next. */
export function thopterMessage(
  thopter: ThopterDetail,
  { now, operation }: { now: number; operation?: OperationView | undefined },
): Message {
  const { expiresAt, labels, rescue } = thopter;
  const name = quoted(thopter.name, 60);
  const facts = [
    `${quoted(thopter.ownerName, 60)}'s`,
    `${span(thopter.ageMs)} old`,
    expiresAt === undefined ? "" : `${span(Math.max(0, expiresAt - now))} left`,
    labels.length === 0 ? "" : quoted(labels.join(", "), 300),
    rescue === undefined ? "" : `rescue ${quoted(rescue.id, 60)}`,
  ];
  const words = `*${name}* is ${standingOf(thopter)}`;
  return message(words, [
    section(`${words} · ${facts.filter((fact) => fact !== "").join(" · ")}`),
    ...(operation === undefined ? [] : stepLines(operation, now)),
    ...limitBlocks(thopter),
    ...workBlocks(thopter),
    context("Its task:"),
    quoteBlock(thopter.task, { maxLength: 1000 }),
    ...questionBlocks(thopter),
    ...(thopter.mine ? lastMessageBlocks(thopter) : []),
    ...actions(...thopterButtons(thopter)),
  ]);
}

/** What an agent asks is for those who may answer. */
function questionBlocks({ agentState, mine }: ThopterDetail): KnownBlock[] {
  if (agentState?.question === undefined || !mine) return [];
  return [
    context("Its agent waits for an answer, in its own words:"),
    preformatted(agentState.question.text, { maxLength: 1500 }),
  ];
}
