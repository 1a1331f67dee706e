import type { DestroyAnswer, DestroyRequest, PlannedDestroy } from "../../src/core/ports/fleet.ts";
import { withCard } from "../alongside.ts";
import type { Ask } from "../ask.ts";
import { button, destroyNowButton, ids, keepButton } from "../blocks/actions.ts";
import { actions, message, section } from "../blocks/elements.ts";
import { planBlocks } from "../blocks/plan.ts";
import { quoted } from "../blocks/text.ts";
import { count, listed } from "../blocks/words.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { Message } from "../message.ts";
import { writeWish } from "./wish.ts";

export const defaultReason = "asked in Slack";
/** Of the flag, for `help`. */
export const reasonWords = "why, for the record: last, or in quotes";

export type Wanted = Pick<DestroyRequest, "thopters" | "force" | "reason">;

/**
 * The first rung: what the policy allows at once is shown with a button that asks again; what
 * somebody has to decide becomes an approval, whose card names each of them. `all` of something is
 * never one press away.
 */
export async function askToDestroy(
  ports: CommandPorts,
  ask: Ask,
  { wanted, isAll }: { wanted: Wanted; isAll: boolean },
): Promise<void> {
  const planned = await ports.fleet.planDestroy(ask.caller, wanted);
  if (planned.verdict.answer === "deny" || (planned.verdict.answer === "ask" && !isAll)) {
    const answer = await ports.fleet.destroy(ask.caller, wanted, withCard(ports, ask));
    await settleDestroy(ports, ask, answer);
    return;
  }
  await ask.whisper(preview(planned, { wanted, isAll }));
}

function preview(
  planned: PlannedDestroy,
  { wanted, isAll }: { wanted: Wanted; isAll: boolean },
): Message {
  const { items } = planned.plan;
  const names = listed(items.map(({ name }) => name));
  const title = `Destroy ${items.length === 1 ? names : count(items.length, "thopter")}?`;
  const wish = {
    thopterIds: items.map(({ thopterId }) => thopterId),
    force: wanted.force === true,
    reason: wanted.reason,
    unsaved: [],
  };
  const value = writeWish(wish);
  const go = isAll
    ? button(`Destroy ${items.length}…`, { id: ids.destroyTyped, value, style: "danger" })
    : destroyNowButton(value, `${title} Its machine and all on it will be gone.`);
  return message(`${title} ${names}. Only you see this.`, [
    section(`*${title}* Only you see this.`),
    ...planBlocks(planned.plan),
    ...actions(go, keepButton()),
  ]);
}

/** What came of asking the fleet: a card for what was accepted, or the approval for all to see. */
export async function settleDestroy(
  ports: CommandPorts,
  ask: Ask,
  answer: DestroyAnswer,
): Promise<void> {
  if (answer.outcome === "approval-needed") {
    await ports.cards.showApproval(ask, answer.approval.id);
    return;
  }
  await ports.cards.follow(ask, { operationIds: answer.operations.map(({ id }) => id) });
}

/** What would be destroyed, and what would become of the request: nothing happens. */
export function dryRunMessage({ plan, verdict }: PlannedDestroy): Message {
  const words = {
    allow: "It would be destroyed at once",
    ask: "A person would have to decide",
    deny: "It would be refused",
  }[verdict.answer];
  const text = `*Nothing was destroyed.* ${words}: ${quoted(verdict.why, 500)}.`;
  return message(text, [section(text), ...planBlocks(plan)]);
}
