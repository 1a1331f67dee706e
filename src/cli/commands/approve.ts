import type { ApprovalView } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes } from "../command.ts";
import { planHead, planRows, span } from "../words.ts";
import { untrustedText } from "../../core/untrusted-text.ts";

type Options = { deny?: boolean; yes?: boolean; json?: boolean };

export const registerApprove: RegisterCommand = (program, context) => {
  program
    .command("approve")
    .description("list what waits for a person's decision, or decide it")
    .argument("[approval]", "the id of an approval")
    .option("--deny", "refuse it")
    .option("-y, --yes", "decide without being asked")
    .option("--json", "answer in JSON")
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
      if (options.yes !== true) await confirm(context, approval, decision);
      const decided = await client.call("decide", { id, decision });
      answer(
        context,
        { json: options.json, result: decided },
        ({ approval: { status }, operations }) => {
          context.terminal.print(`The request is ${status}.`);
          for (const { kind, thopterName, explanation } of operations) {
            context.terminal.print(`  ${kind} ${thopterName}: ${explanation}`);
          }
        },
      );
    });
};

async function confirm(
  context: CommandContext,
  approval: ApprovalView,
  decision: "approve" | "deny",
): Promise<void> {
  const count = approval.plan.items.length;
  const wanted = decision === "approve" && count >= 10 ? String(count) : "yes";
  const reply = await context.ask(
    `${decision === "approve" ? "Approve" : "Deny"} this? Type "${wanted}": `,
  );
  if (reply?.trim() === wanted) return;
  const why =
    reply === undefined
      ? "nobody is at the terminal to confirm (use --yes)"
      : "it was not confirmed";
  throw new CommandFailed(`Nothing was decided: ${why}.`, exitCodes.forbidden);
}

function showAll(context: CommandContext, waiting: readonly ApprovalView[]): void {
  if (waiting.length === 0) context.terminal.note("Nothing waits for a decision.");
  for (const approval of waiting) show(context, approval);
}

function show({ terminal }: CommandContext, approval: ApprovalView): void {
  const { plan, why, askedByName, expiresAt, status } = approval;
  const left = status === "pending" ? `, ${span(expiresAt - Date.now())} left` : "";
  terminal.print(terminal.style("bold", `${approval.id} (${status}${left})`));
  terminal.print(`Asked by ${askedByName}, because ${why}.`);
  terminal.table(planHead, planRows(plan));
  terminal.print(`Their reason: "${untrustedText(plan.reason, { maxLength: 300 })}"`);
}
