import { UserError } from "../src/core/errors.ts";
import type { PlanItem } from "../src/core/plan.ts";
import type { ThopterView } from "../src/core/ports/fleet.ts";
import type { Ask } from "./ask.ts";
import { button, ids } from "./blocks/actions.ts";
import { actions, message, section } from "./blocks/elements.ts";
import { escape } from "./blocks/text.ts";
import { askToDestroy, defaultReason } from "./choose/destroying.ts";
import { allThopters } from "./choose/find.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import {
  checkDestroyForm,
  destroyForm,
  destroyFormId,
  pickedThopters,
  reasonOf,
  thopterMenuId,
  thopterOption,
} from "./forms/destroy-form.ts";
import { wordsModal } from "./forms/view.ts";

/** The fleet looks into no more at once. */
const mostLookedAt = 50;
const title = "Destroy thopters";

/** Opens the form in which thopters are picked: at once, and filled once each was looked into. */
export async function openDestroyForm(ports: CommandPorts, ask: Ask): Promise<void> {
  const opened = await ask.openModal(
    wordsModal(title, ":hourglass_flowing_sand: Looking for unsaved work…"),
  );
  if (opened === undefined) {
    const words = "Which thopters should be destroyed?";
    const pick = button("Pick…", { id: ids.destroyPick, value: "pick" });
    await ask.whisper(message(words, [section(words), ...actions(pick)]));
    return;
  }
  try {
    const thopters = await allThopters(ports, ask.caller);
    const form =
      thopters.length === 0
        ? wordsModal(title, "There are no thopters.")
        : destroyForm(thopters, await lookInto(ports, ask, thopters));
    await opened.update(form);
  } catch (error) {
    if (!(error instanceof UserError)) {
      await opened.update(wordsModal(title, "Something went wrong. Nothing was destroyed."));
      throw error;
    }
    await opened.update(wordsModal(title, escape(error.message)));
  }
}

async function lookInto(
  ports: CommandPorts,
  ask: Ask,
  thopters: readonly ThopterView[],
): Promise<Map<string, PlanItem>> {
  const wanted = thopters.slice(0, mostLookedAt).map(({ id }) => id);
  const request = { thopters: wanted, reason: defaultReason };
  const { plan } = await ports.fleet.planDestroy(ask.caller, request);
  return new Map(plan.items.map((item) => [item.thopterId, item]));
}

/** The form of `destroy` alone. */
export const destroyFormFeature = defineCommand({
  buttons: [{ id: ids.destroyPick, run: openDestroyForm }],
  forms: [
    {
      id: destroyFormId,
      check: checkDestroyForm,
      async run(ports, submission) {
        const thopters = pickedThopters(submission.values);
        const wanted = { thopters, reason: reasonOf(submission.values) ?? defaultReason };
        await askToDestroy(ports, submission, { wanted, isAll: false });
      },
    },
  ],
  menus: [
    {
      id: thopterMenuId,
      async choices(ports, ask, typed) {
        const wanted = typed.trim().toLowerCase();
        const thopters = await allThopters(ports, ask.caller);
        return thopters
          .filter(({ name, ownerName }) => `${name} ${ownerName}`.toLowerCase().includes(wanted))
          .slice(0, 100)
          .map((thopter) => thopterOption(thopter));
      },
    },
  ],
});
