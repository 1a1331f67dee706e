import { UserError } from "../../core/errors.ts";
import type { Plan } from "../../core/plan.ts";
import type { DestroyAnswer, OperationView, PlannedDestroy } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes, mustHaveSucceeded } from "../command.ts";
import { confirm } from "../confirm.ts";
import { followOperations } from "../follow.ts";
import type { HubClient } from "../hub-client.ts";
import { oneLine, toJson } from "../shown-text.ts";
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

/** The hub takes no more in one request. */
const most = 50;

const examples = `
Examples:
  thopter destroy amber-falcon              shows it, asks, destroys it
  thopter destroy --mine --dry-run          shows what would be destroyed
  thopter destroy amber-falcon jade-owl -y  asks nobody at the terminal`;

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
    .addHelpText("after", examples)
    .action(async (names: string[], options: Options) => {
      const client = await context.connect();
      const thopters = await chooseThopters(client, names, options);
      const request = { thopters, force: options.force, reason: options.reason };
      const planned = await client.call("planDestroy", request);
      if (options.dryRun === true) {
        answer(context, { json: options.json, result: planned }, () =>
          showPlanned(context, planned),
        );
        return;
      }
      if (options.json !== true) showPlan(context, planned.plan);
      if (planned.verdict.answer !== "deny") await agree(context, options, planned.plan);
      const asked = await client.call("destroy", request);
      await agreeToChange(context, { options, shown: planned.plan, asked });
      await finish(context, client, {
        options,
        operations: await approved(context, client, asked),
      });
    });
};

async function chooseThopters(
  client: HubClient,
  names: string[],
  { mine }: Options,
): Promise<string[]> {
  if (mine === true && names.length > 0)
    throw new UserError("Cannot destroy both the named ones and all of yours: leave one out.");
  const thopters = mine === true ? await ownNames(client) : names;
  if (thopters.length > 0) return thopters;
  throw new UserError(
    mine === true
      ? 'Cannot destroy nothing: you have no thopters. "thopter list" shows those of others.'
      : 'Cannot destroy nothing: name the thopters, or use --mine. "thopter list" shows their names.',
  );
}

async function ownNames(client: HubClient): Promise<string[]> {
  const { items, next } = await client.call("listThopters", { mine: true, limit: most });
  if (next === undefined) return items.map(({ name }) => name);
  throw new UserError(`Cannot destroy more than ${most} at once: name them.`);
}

function showPlan({ terminal }: CommandContext, plan: Plan): void {
  terminal.table(planHead, planRows(plan));
}

function showPlanned(context: CommandContext, { plan, verdict }: PlannedDestroy): void {
  showPlan(context, plan);
  const why = oneLine(verdict.why);
  const words = {
    allow: `Nothing was destroyed. It would be at once: ${why}.`,
    ask: `Nothing was destroyed. A person would have to decide: ${why}.`,
    deny: `Nothing was destroyed. It would be refused: ${why}.`,
  };
  context.terminal.note(words[verdict.answer]);
}

async function agree(context: CommandContext, { yes }: Options, { items }: Plan): Promise<void> {
  if (yes === true) return;
  const count = items.length;
  const question = `Destroy ${count === 1 ? "this thopter" : `these ${count} thopters`}?`;
  await confirm(context, { question, count, otherwise: "Nothing was destroyed" });
}

/** What came up since the plan was shown is confirmed as well. */
async function agreeToChange(
  context: CommandContext,
  { options, shown, asked }: { options: Options; shown: Plan; asked: DestroyAnswer },
): Promise<void> {
  if (asked.outcome === "accepted" || !asked.approval.mayDecide) return;
  const facts = ({ items, force }: Plan): string =>
    JSON.stringify([force, items.map(({ thopterId, unsaved }) => [thopterId, unsaved.state])]);
  if (facts(asked.plan) === facts(shown)) return;
  context.terminal.note("It has changed in the meantime:");
  if (options.json !== true) showPlan(context, asked.plan);
  await agree(context, options, asked.plan);
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
    context.terminal.note(`Someone else has to decide: ${oneLine(approval.why)}.`);
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
  const { terminal } = context;
  const ids = operations.map(({ id }) => id);
  const finished = options.wait ? await followOperations(client, ids, context) : operations;
  if (options.json === true) terminal.print(toJson(finished));
  else if (!options.wait) {
    terminal.table(
      ["THOPTER", "OPERATION", "NOW"],
      finished.map(({ id, thopterName, explanation }) => [thopterName, id, explanation]),
    );
  }
  if (!options.wait) return;
  mustHaveSucceeded(finished);
  if (options.json !== true) for (const operation of finished) showGone(context, operation);
}

function showGone({ terminal }: CommandContext, { thopterName, steps }: OperationView): void {
  const rescue = steps.find(({ name, status }) => name === "rescue" && status === "succeeded");
  const rescued = rescue?.note === undefined ? "" : ` Rescued: ${oneLine(rescue.note)}.`;
  terminal.print(`${thopterName} is gone.${rescued}`);
}
