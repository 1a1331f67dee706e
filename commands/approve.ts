import { UserError } from "../src/core/errors.ts";
import type { ApprovalView } from "../src/core/ports/fleet.ts";
import type { Ask, Press, Submission } from "./ask.ts";
import { ids } from "./blocks/actions.ts";
import { approvalMessage, outcomeWords } from "./blocks/approval.ts";
import { message } from "./blocks/elements.ts";
import { needsCount } from "./blocks/plan.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import { checkCount, countForm, typedCount } from "./forms/count-form.ts";

const countFormId = "th:approve-count";

/** Decides an approval; who comes late is told who was first. The approval's own card is edited wherever it stands. */
async function decide(
  ports: CommandPorts,
  ask: Ask,
  wanted: { id: string; decision: "approve" | "deny" },
): Promise<void> {
  try {
    const { approval } = await ports.fleet.decide(ask.caller, wanted);
    await show(ports, ask, approval);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await showAsItIs(ports, ask, { id: wanted.id, error });
  }
}

/** A press replaces its message at once. A form has none: there the card alone changes. */
async function show(ports: CommandPorts, ask: Ask, approval: ApprovalView): Promise<void> {
  if (ask.via === "form") return;
  await ask.replace(approvalMessage(approval, ports.people, ports.clock.now()));
}

async function showAsItIs(
  ports: CommandPorts,
  ask: Ask,
  { id, error }: { id: string; error: UserError },
): Promise<void> {
  const approval = await onRecord(ports, ask, id);
  if (approval === undefined) return;
  if (isOpen(ports, approval)) throw error;
  await tellLate(ports, ask, approval);
}

/** Its card knows more than who decided, so that a late press must not write over it. */
async function tellLate(ports: CommandPorts, ask: Ask, approval: ApprovalView): Promise<void> {
  if (!(await ports.cards.showsApproval(approval.id))) await show(ports, ask, approval);
  await ask.whisper(message(`You came too late. ${outcomeWords(approval, ports.people)}`));
}

/** An approval; undefined where it is forgotten by now, and whoever pressed was told so. */
async function onRecord(
  ports: CommandPorts,
  ask: Ask,
  id: string,
): Promise<ApprovalView | undefined> {
  try {
    return await ports.fleet.getApproval(ask.caller, id);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "not_found") throw error;
    const words = "This approval is no longer on record: nothing came of it. Ask again.";
    await ask.replace(message(words));
    return undefined;
  }
}

function isOpen({ clock }: CommandPorts, { status, expiresAt }: ApprovalView): boolean {
  return status === "pending" && expiresAt > clock.now();
}

async function approve(ports: CommandPorts, press: Press): Promise<void> {
  const approval = await onRecord(ports, press, press.value);
  if (approval === undefined) return;
  // The button of an older message may lack the form that this plan needs.
  if (isOpen(ports, approval) && needsCount(approval.plan)) {
    await openCountForm(ports, press, approval);
  } else await decide(ports, press, { id: approval.id, decision: "approve" });
}

async function approveTyped(ports: CommandPorts, press: Press): Promise<void> {
  const approval = await onRecord(ports, press, press.value);
  if (approval !== undefined) await openCountForm(ports, press, approval);
}

async function openCountForm(
  ports: CommandPorts,
  press: Press,
  approval: ApprovalView,
): Promise<void> {
  const { id, mayDecide, deciders, plan } = approval;
  if (!isOpen(ports, approval)) {
    await tellLate(ports, press, approval);
    return;
  }
  if (!mayDecide) {
    const named = deciders.slice(0, 5).map((personId) => ports.people.nameOf(personId));
    const who = [...named, "an admin who did not ask for it"].join(" or ");
    throw new UserError(`Cannot decide this: ${who} has to.`, { code: "forbidden" });
  }
  const opened = await press.openModal(countForm(countFormId, plan, id));
  if (opened !== undefined) return;
  throw new UserError("Cannot open the form: Slack did not let me. Press the button again.");
}

async function approveCounted(ports: CommandPorts, submission: Submission): Promise<void> {
  const id = submission.note;
  const { plan } = await ports.fleet.getApproval(submission.caller, id);
  if (typedCount(submission.values) !== plan.items.length) {
    throw new UserError(`Cannot approve: it is ${plan.items.length}. Nothing was destroyed.`);
  }
  await decide(ports, submission, { id, decision: "approve" });
}

/** The buttons of approvals, wherever their cards stand. */
export const approveFeature = defineCommand({
  buttons: [
    { id: ids.approve, run: approve },
    { id: ids.approveTyped, run: approveTyped },
    {
      id: ids.deny,
      run: (ports, press) => decide(ports, press, { id: press.value, decision: "deny" }),
    },
    {
      id: ids.approvalShow,
      async run(ports, press) {
        const approval = await ports.fleet.getApproval(press.caller, press.value);
        const { id } = approval;
        if (!isOpen(ports, approval)) {
          await press.whisper(message(outcomeWords(approval, ports.people)));
          return;
        }
        await ports.cards.showApproval(press, id);
        const words = "The approval has one card in each place, here too: perhaps further up.";
        await press.whisper(message(words));
      },
    },
  ],
  forms: [{ id: countFormId, check: checkCount, run: approveCounted }],
});
