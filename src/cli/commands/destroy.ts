import { UserError } from "../../core/errors.ts";
import type { DestroyAnswer, OperationView } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes, mustHaveSucceeded } from "../command.ts";
import { followOperations } from "../follow.ts";
import type { HubClient } from "../hub-client.ts";
import { planHead, planRows } from "../words.ts";

type Options = {
  reason: string;
  force?: boolean;
  dryRun?: boolean;
  mine?: boolean;
  yes?: boolean;
  wait: boolean;
  json?: boolean;
};

export const registerDestroy: RegisterCommand = (program, context) => {
  program
    .command("destroy")
    .description("show what would be destroyed, ask, and destroy it; unsaved work is rescued first")
    .argument("[thopters...]", "names or ids")
    .option("--mine", "all of your own")
    .option("--reason <text>", "why, for the record", "asked at the command line")
    .option("--force", "destroy even where unsaved work cannot be saved")
    .option("--dry-run", "show the plan and stop")
    .option("-y, --yes", "confirm without being asked")
    .option("--no-wait", "answer as soon as the requests are on record")
    .option("--json", "answer in JSON")
    .action(async (names: string[], options: Options) => {
      const client = await context.connect();
      const thopters = options.mine === true ? await ownNames(client) : names;
      if (thopters.length === 0)
        throw new UserError(
          'Cannot destroy nothing: name the thopters, or use --mine. "thopter list" shows their names.',
        );
      const request = { thopters, force: options.force, reason: options.reason };
      const planned = await client.call("planDestroy", request);
      if (options.dryRun === true) {
        answer(context, { json: options.json, result: planned }, () =>
          context.terminal.table(planHead, planRows(planned.plan)),
        );
        return;
      }
      if (options.json !== true) context.terminal.table(planHead, planRows(planned.plan));
      if (planned.verdict.answer !== "deny" && options.yes !== true)
        await confirm(context, planned.plan.items.length);
      const asked = await client.call("destroy", request);
      await finish(context, client, {
        options,
        operations: await approved(context, client, asked),
      });
    });
};

async function ownNames(client: HubClient): Promise<string[]> {
  const { items } = await client.call("listThopters", { mine: true, limit: 50 });
  return items.map(({ name }) => name);
}

/** Ten or more call for the number to be typed: a yes comes too easily. */
async function confirm(context: CommandContext, count: number): Promise<void> {
  const wanted = count >= 10 ? String(count) : "yes";
  const reply = await context.ask(
    `Destroy ${count === 1 ? "this thopter" : `these ${count} thopters`}? Type "${wanted}": `,
  );
  if (reply?.trim() === wanted) return;
  const why =
    reply === undefined
      ? "nobody is at the terminal to confirm (use --yes)"
      : "it was not confirmed";
  throw new CommandFailed(`Nothing was destroyed: ${why}.`, exitCodes.forbidden);
}

/** What the hub wants decided and this person may decide was decided by their confirmation. */
async function approved(
  context: CommandContext,
  client: HubClient,
  asked: DestroyAnswer,
): Promise<OperationView[]> {
  if (asked.outcome === "accepted") return asked.operations;
  const { approval } = asked;
  if (!approval.mayDecide) {
    context.terminal.note(`Someone else has to decide: ${approval.why}.`);
    throw new CommandFailed(
      `Nothing is destroyed yet. They decide with: thopter approve ${approval.id}`,
      exitCodes.forbidden,
    );
  }
  const { operations } = await client.call("decide", { id: approval.id, decision: "approve" });
  return operations;
}

async function finish(
  context: CommandContext,
  client: HubClient,
  { options, operations }: { options: Options; operations: OperationView[] },
): Promise<void> {
  const ids = operations.map(({ id }) => id);
  const finished = options.wait ? await followOperations(client, ids, context) : operations;
  if (options.json === true) context.terminal.print(JSON.stringify(finished, undefined, 2));
  if (!options.wait) return;
  mustHaveSucceeded(finished);
  if (options.json === true) return;
  for (const { thopterName, steps } of finished) {
    const rescue = steps.find(({ name, status }) => name === "rescue" && status === "succeeded");
    context.terminal.print(
      `${thopterName} is gone.${rescue?.note === undefined ? "" : ` Rescued: ${rescue.note}.`}`,
    );
  }
}
