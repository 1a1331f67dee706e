import type { ApprovalView } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { confirm } from "../confirm.ts";
import { oneLine } from "../shown-text.ts";
import { span } from "../../core/words.ts";
import { planHead, planRows } from "../words.ts";

type Options = { deny?: boolean; yes?: boolean; json?: boolean };

const examples = `
Examples:
  thopter approve                           lists what waits, and who asked
  thopter approve 5a81c0d9                  shows it, asks, and lets it happen
  thopter approve 5a81c0d9 --deny -y        refuses it, asking nobody at the terminal`;

export const registerApprove: RegisterCommand = (program, context) => {
  program
    .command("approve")
    .description("list what waits for a person's decision, or decide it")
    .argument("[approval]", "the id of an approval")
    .option("--deny", "refuse it")
    .option("-y, --yes", "decide without being asked")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (id: string | undefined, options: Options) => {
      const client = await context.connect();
      if (id === undefined) {
        const waiting = await client.call("listApprovals", { pendingOnly: true });
        answer(context, { json: options.json, result: waiting }, () => showAll(context, waiting));
        return;
      }
      const approval = await client.call("getApproval", { id });
      if (options.json !== true) show(context, approval);
      const decision = options.deny === true ? "deny" : "approve";
      if (options.yes !== true) await agree(context, approval, decision);
      const decided = await client.call("decide", { id, decision });
      answer(
        context,
        { json: options.json, result: decided },
        ({ approval: { status }, operations }) => {
          context.terminal.print(`The request is ${status}.`);
          for (const { kind, thopterName, explanation } of operations) {
            context.terminal.say(`  ${kind} ${thopterName}: ${oneLine(explanation)}`);
          }
        },
      );
    });
};

async function agree(
  context: CommandContext,
  { plan }: ApprovalView,
  decision: "approve" | "deny",
): Promise<void> {
  await confirm(context, {
    question: decision === "approve" ? "Approve this?" : "Deny this?",
    count: decision === "approve" ? plan.items.length : 1,
    otherwise: "Nothing was decided",
  });
}

function showAll(context: CommandContext, waiting: readonly ApprovalView[]): void {
  if (waiting.length === 0) context.terminal.note("Nothing waits for a decision.");
  waiting.forEach((approval, index) => {
    if (index > 0) context.terminal.print("");
    show(context, approval);
  });
  if (waiting.length > 0) context.terminal.note("Decide one with: thopter approve <id> [--deny]");
}

function counted(count: number): string {
  return count === 1 ? "1 thopter" : `${count} thopters`;
}

function show({ terminal }: CommandContext, approval: ApprovalView): void {
  const { plan, why, askedByName, expiresAt, status } = approval;
  const left = status === "pending" ? `, ${span(expiresAt - Date.now())} left` : "";
  terminal.print(terminal.style("bold", `${approval.id} (${status}${left})`));
  terminal.say(`Destroy ${counted(plan.items.length)}, asked by ${oneLine(askedByName)}.`);
  terminal.say(`A person has to decide: ${oneLine(why)}.`);
  terminal.table(planHead, planRows(plan));
  terminal.say(`Their reason: "${oneLine(plan.reason)}"`);
}
