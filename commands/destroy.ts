import { UserError } from "../src/core/errors.ts";
import { hasUnsavedWork } from "../src/core/plan.ts";
import type { Plan } from "../src/core/plan.ts";
import { withCard } from "./alongside.ts";
import type { Ask, Press, Submission } from "./ask.ts";
import { ids } from "./blocks/actions.ts";
import { message } from "./blocks/elements.ts";
import { listed } from "./blocks/words.ts";
import {
  askToDestroy,
  defaultReason,
  dryRunMessage,
  reasonWords,
  settleDestroy,
} from "./choose/destroying.ts";
import { flagText } from "./choose/find.ts";
import {
  ageFlags,
  filterFlags,
  nothingMatches,
  parseSelection,
  select,
} from "./choose/selection.ts";
import { parseWish, writeWish } from "./choose/wish.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import type { Typed } from "./define-command.ts";
import { openDestroyForm } from "./destroy-form.ts";
import { checkCount, countForm, typedCount } from "./forms/count-form.ts";
import { wordsModal } from "./forms/view.ts";

const countFormId = "th:destroy-count";
/** The fleet destroys no more in one request. */
const most = 50;
const selecting = ["all", ...Object.keys(filterFlags), ...Object.keys(ageFlags)];

async function run(ports: CommandPorts, ask: Ask, typed: Typed): Promise<void> {
  const selects = selecting.some((flag) => typed.flags[flag] !== undefined);
  const implied = ask.threadThopter === undefined ? [] : [ask.threadThopter];
  const named = typed.words.length > 0 || selects ? typed.words : implied;
  if (named.length === 0 && !selects) {
    await openDestroyForm(ports, ask);
    return;
  }
  const thopters = selects ? await selected(ports, ask, typed) : named;
  if (thopters === undefined) return;
  const reason = flagText(typed, "reason") ?? defaultReason;
  const wanted = { thopters, force: typed.flags["force"] === true, reason };
  if (typed.flags["dry-run"] === true) {
    const planned = await ports.fleet.planDestroy(ask.caller, wanted);
    await ask.whisper(dryRunMessage(planned));
    return;
  }
  await askToDestroy(ports, ask, { wanted, isAll: typed.flags["all"] === true });
}

/** The thopters that the flags mean; undefined where none is meant and the asker was told so. */
async function selected(
  ports: CommandPorts,
  ask: Ask,
  typed: Typed,
): Promise<readonly string[] | undefined> {
  if (typed.words.length > 0) {
    throw new UserError(
      "Cannot destroy both the named ones and those that the flags select: leave one out.",
    );
  }
  const selection = parseSelection(typed);
  const thopters = await select(ports, ask, selection);
  if (thopters.length === 0) {
    await ask.whisper(message(await nothingMatches(ports, ask, selection)));
    return undefined;
  }
  if (thopters.length <= most) return thopters.map(({ id }) => id);
  throw new UserError(
    `Cannot destroy ${thopters.length} thopters at once: ${most} are the most. Select fewer, with --mine, --state or --older-than.`,
  );
}

/** The button below the preview of what the policy allows. */
async function destroyNow(ports: CommandPorts, press: Press): Promise<void> {
  const { thopterIds, force, reason } = parseWish(press.value);
  const late = await lateWords(ports, press, thopterIds);
  if (late !== undefined) {
    await press.replace(message(late));
    return;
  }
  const wanted = { thopters: thopterIds, force, reason };
  const answer = await ports.fleet.destroy(press.caller, wanted, withCard(ports, press));
  const names = listed(answer.plan.items.map(({ name }) => name));
  const words =
    answer.outcome === "accepted"
      ? `Destroying ${names}.`
      : `${names} changed in the meantime: it has to be decided now. Nothing is destroyed yet.`;
  await press.replace(message(words));
  await settleDestroy(ports, press, answer);
}

/** That all of them are on their way out or gone, in words; undefined where one is not. */
async function lateWords(
  { fleet }: CommandPorts,
  { caller }: Press,
  thopterIds: readonly string[],
): Promise<string | undefined> {
  const names: string[] = [];
  let isUnderWay = false;
  for (const thopter of thopterIds) {
    const [latest] = (await fleet.listOperations(caller, { thopter, limit: 1 })).items;
    const isOver = latest?.status === "failed" || latest?.status === "canceled";
    if (latest?.kind !== "destroy" || isOver) return undefined;
    names.push(latest.thopterName);
    isUnderWay ||= latest.status !== "succeeded";
  }
  return `${listed(names)} ${isUnderWay ? "is being destroyed" : "is gone"} already.`;
}

/** The button below the preview of `--all`: opens the form in which the number is typed. */
async function openCountForm(ports: CommandPorts, press: Press): Promise<void> {
  const wish = parseWish(press.value);
  const opened = await press.openModal(
    wordsModal("Destroy", ":hourglass_flowing_sand: Looking for unsaved work…"),
  );
  if (opened === undefined) return;
  const request = { thopters: wish.thopterIds, force: wish.force, reason: wish.reason };
  try {
    const { plan } = await ports.fleet.planDestroy(press.caller, request);
    const note = writeWish({ ...wish, ...shownIn(plan) });
    await opened.update(countForm(countFormId, plan, note));
  } catch (error) {
    await opened.update(wordsModal("Destroy", "That cannot be destroyed now: see the message."));
    throw error;
  }
}

function shownIn({ items }: Plan): { thopterIds: string[]; unsaved: boolean[] } {
  return {
    thopterIds: items.map(({ thopterId }) => thopterId),
    unsaved: items.map(hasUnsavedWork),
  };
}

/** Whoever may decide has decided by typing the number, unless the facts changed since. */
async function destroyCounted(ports: CommandPorts, submission: Submission): Promise<void> {
  const { thopterIds, force, reason, unsaved } = parseWish(submission.note);
  if (typedCount(submission.values) !== thopterIds.length) {
    throw new UserError(`Cannot destroy: it is ${thopterIds.length}. Nothing was destroyed.`);
  }
  const request = { thopters: thopterIds, force, reason };
  const recorded = withCard(ports, submission);
  const answer = await ports.fleet.destroy(submission.caller, request, recorded);
  const now = shownIn(answer.plan);
  const isAsShown = JSON.stringify(now) === JSON.stringify({ thopterIds, unsaved });
  if (answer.outcome === "accepted" || !answer.approval.mayDecide || !isAsShown) {
    await settleDestroy(ports, submission, answer);
    return;
  }
  const { id } = answer.approval;
  await ports.fleet.decide(submission.caller, { id, decision: "approve" });
  await ports.cards.showApproval(submission, id);
}

/** `destroy`: shows what would go, asks by the rung that fits, and destroys. */
export const destroyFeature = defineCommand({
  command: {
    name: "destroy",
    summary: "show what would be destroyed, ask, and destroy it; unsaved work is rescued first",
    usage: "destroy [names] [--mine | --all] [--dry-run]",
    examples: [
      "destroy",
      "destroy amber-falcon jade-owl --reason reviewed and merged",
      "destroy --mine --state idle --older-than 2d --dry-run",
    ],
    flags: {
      all: {
        takes: "nothing",
        words: "every one that the other flags leave; asks for their number",
        selects: true,
      },
      ...filterFlags,
      ...ageFlags,
      reason: { takes: "rest", words: reasonWords },
      force: { takes: "nothing", words: "destroy even where unsaved work cannot be saved" },
      "dry-run": { takes: "nothing", words: "show what would be destroyed and stop" },
    },
    takes: "names",
    isDestructive: true,
    run,
  },
  buttons: [
    {
      id: ids.destroy,
      run: (ports, press) =>
        askToDestroy(ports, press, {
          wanted: { thopters: [press.value], reason: defaultReason },
          isAll: false,
        }),
    },
    { id: ids.destroyNow, run: destroyNow },
    { id: ids.destroyTyped, run: openCountForm },
    { id: ids.keep, run: (_ports, press) => press.dismiss() },
  ],
  forms: [{ id: countFormId, check: checkCount, run: destroyCounted }],
});
