import type { OperationView } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, mustParseLimit } from "../command.ts";
import { oneLine } from "../shown-text.ts";
import { countedWords } from "../operation-lines.ts";
import { span } from "../../core/words.ts";

type ListOptions = { thopter?: string; limit: string; json?: boolean };

const example = "01K9ZP3M00BC6T789SWMQQVVDE";

const examples = {
  all: `
Examples:
  thopter operation list                           what was asked lately, and how it ended
  thopter op get ${example}       why it waits, or what went wrong`,
  get: `
Examples:
  thopter operation get ${example}
  thopter operation get ${example} --json`,
  list: `
Examples:
  thopter operation list --limit 100        newest first
  thopter operation list --thopter amber-falcon`,
  cancel: `
Examples:
  thopter operation cancel ${example}
  thopter operation cancel ${example} --reason "wrong branch"`,
  retry: `
Examples:
  thopter operation retry ${example}`,
};

export const registerOperation: RegisterCommand = (program, context) => {
  const operation = program
    .command("operation")
    .alias("op")
    .description("look at operations, cancel or retry them")
    .addHelpText("after", examples.all);

  operation
    .command("get")
    .description("show one operation with its steps, and why it waits")
    .argument("<id>")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.get)
    .action(async (id: string, options: { json?: boolean }) => {
      const client = await context.connect();
      answer(
        context,
        { json: options.json, result: await client.call("getOperation", { id }) },
        (found) => show(context, found),
      );
    });

  operation
    .command("list")
    .description("list operations, newest first")
    .option("--thopter <thopter>", "only this one's")
    .option("--limit <number>", "at most this many", "20")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.list)
    .action(async (options: ListOptions) => {
      const limit = mustParseLimit(options.limit);
      const client = await context.connect();
      const request = { thopter: options.thopter, limit };
      const page = await client.call("listOperations", request);
      answer(context, { json: options.json, result: page }, ({ items }) =>
        showList(context, items),
      );
    });

  operation
    .command("cancel")
    .description("cancel an operation")
    .argument("<id>")
    .option("--reason <text>", "why, for the record", "asked at the command line")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.cancel)
    .action(async (id: string, options: { reason: string; json?: boolean }) => {
      const client = await context.connect();
      const canceled = await client.call("cancelOperation", { id, reason: options.reason });
      answer(context, { json: options.json, result: canceled }, ({ kind, thopterName, status }) =>
        context.terminal.print(`${kind} ${thopterName} is ${status}.`),
      );
    });

  operation
    .command("retry")
    .description("ask again for what a failed or canceled operation did not achieve")
    .argument("<id>")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.retry)
    .action(async (id: string, options: { json?: boolean }) => {
      const client = await context.connect();
      const again = await client.call("retryOperation", { id });
      answer(context, { json: options.json, result: again }, (made) =>
        context.terminal.print(
          `${made.kind} ${made.thopterName}: ${made.explanation} (${made.id})`,
        ),
      );
    });
};

function showList({ terminal }: CommandContext, operations: readonly OperationView[]): void {
  if (operations.length === 0) terminal.note("There are no operations.");
  else {
    terminal.table(
      ["ID", "KIND", "THOPTER", "AGE", "STATUS", ""],
      operations.map((one) => [
        one.id,
        one.kind,
        one.thopterName,
        span(Date.now() - one.createdAt),
        one.status,
        one.status === "succeeded" ? "" : wordsBeyondStatus(one),
      ]),
      { whole: ["ID"] },
    );
  }
}

function wordsBeyondStatus(operation: OperationView): string {
  const words = countedWords(operation);
  return words.endsWith(operation.status) ? "" : words;
}

function show({ terminal }: CommandContext, operation: OperationView): void {
  const { kind, thopterName, status, error, steps, createdAt, startedAt, finishedAt } = operation;
  const now = Date.now();
  terminal.print(terminal.style("bold", `${kind} ${thopterName}: ${status}`));
  const waited = `waited ${span((startedAt ?? finishedAt ?? now) - createdAt)}`;
  const ran = startedAt === undefined ? "" : `, ran ${span((finishedAt ?? now) - startedAt)}`;
  terminal.say(`asked for ${span(now - createdAt)} ago, ${waited}${ran}`);
  if (operation.reason !== undefined) terminal.say(`reason: "${oneLine(operation.reason)}"`);
  if (status === "queued" || status === "running") terminal.say(operation.explanation);
  if (steps.length > 0) {
    terminal.print("");
    terminal.table(
      ["STEP", "STATUS", "TIME", ""],
      steps.map((step) => [
        step.name,
        step.status,
        span((step.finishedAt ?? now) - step.startedAt),
        step.note ?? "",
      ]),
    );
  }
  if (error === undefined) return;
  terminal.print("");
  terminal.say(terminal.style("red", oneLine(error.message)));
  for (const cause of error.causes) terminal.say(`  because: ${oneLine(cause)}`);
}
