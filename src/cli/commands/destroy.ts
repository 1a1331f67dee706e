import { UserError } from "../../core/errors.ts";
import type { Plan } from "../../core/plan.ts";
import type { DestroyAnswer, OperationView, PlannedDestroy } from "../../core/ports/fleet.ts";
import { selectionWords } from "../../core/selection.ts";
import type { Selection } from "../../core/selection.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes, mustHaveSucceeded } from "../command.ts";
import { confirm } from "../confirm.ts";
import { followOperations } from "../follow.ts";
import { whileWaiting } from "../live-lines.ts";
import type { HubClient } from "../hub-client.ts";
import { addSelectors, select, selectionOf } from "../select.ts";
import type { SelectorOptions } from "../select.ts";
import { oneLine, toJson } from "../shown-text.ts";
import { planHead, planRows } from "../words.ts";

type Options = SelectorOptions & {
  reason: string;
  force?: boolean;
  dryRun?: boolean;
  all?: boolean;
  yes?: boolean;
  wait: boolean;
  json?: boolean;
};

/** The hub takes no more in one request. */
const most = 50;

const examples = `
Examples:
  thopter destroy amber-falcon              shows it, asks, destroys it
  thopter destroy amber-falcon jade-owl -y  asks nobody at the terminal
  thopter destroy --mine --idle 2h --dry-run
                                            shows which of yours have rested for two hours
  thopter destroy --mine --state done --older-than 1d
                                            those of yours that are done and a day old
  thopter destroy --label team:red --all    all that have this label, whoever owns them`;

export const registerDestroy: RegisterCommand = (program, context) => {
  const command = program
    .command("destroy")
    .summary("destroy thopters; unsaved work is rescued first")
    .description("show what would be destroyed, ask, and destroy it; unsaved work is rescued first")
    .argument("[thopters...]", "names or ids");
  addSelectors(command)
    .option("--all", "every one that the other flags leave; asks for their number")
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
      const planned = await whileWaiting(
        context.terminal,
        { title: "destroy", words: "looking for unsaved work" },
        () => client.call("planDestroy", request),
      );
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
  options: Options,
): Promise<string[]> {
  const { mine, all, state, label, repo, olderThan, idle } = options;
  const selects = [mine, all, state, label, repo, olderThan, idle].some((one) => one !== undefined);
  if (!selects && names.length > 0) return names;
  if (names.length > 0)
    throw new UserError(
      "Cannot destroy both the named ones and those that the flags select: leave one out.",
    );
  if (!selects)
    throw new UserError(
      'Cannot destroy nothing: name the thopters, or select them with --mine and the like. "thopter list" shows their names.',
    );
  return selectedBy(client, selectionOf(options));
}

async function selectedBy(client: HubClient, selection: Selection): Promise<string[]> {
  const thopters = await select(client, selection);
  if (thopters.length > most) {
    throw new UserError(
      `Cannot destroy ${thopters.length} thopters at once: ${most} are the most. Select fewer, with --mine, --state or --older-than.`,
    );
  }
  if (thopters.length > 0) return thopters.map(({ id }) => id);
  const wanted = selectionWords(selection);
  throw new UserError(
    `Cannot destroy nothing: ${wanted === "" ? "there are no thopters" : `no thopter fits (${wanted})`}. "thopter list" shows those that exist.`,
  );
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

async function agree(
  context: CommandContext,
  { yes, all }: Options,
  { items }: Plan,
): Promise<void> {
  if (yes === true) return;
  const count = items.length;
  const question = `Destroy ${count === 1 ? "this thopter" : `these ${count} thopters`}?`;
  const isTyped = all === true;
  await confirm(context, { question, count, isTyped, otherwise: "Nothing was destroyed" });
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
      { whole: ["OPERATION"] },
    );
  }
  if (!options.wait) return;
  mustHaveSucceeded(finished);
  if (options.json !== true) for (const operation of finished) showGone(context, operation);
}

function showGone({ terminal }: CommandContext, { thopterName, steps }: OperationView): void {
  const rescue = steps.find(({ name, status }) => name === "rescue" && status === "succeeded");
  const rescued = rescue?.note === undefined ? "" : ` Rescued: ${oneLine(rescue.note)}.`;
  terminal.say(`${thopterName} is gone.${rescued}`);
}
