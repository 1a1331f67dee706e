import type { OperationView } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { operationWords, span } from "../words.ts";

type ListOptions = { thopter?: string; limit: string; json?: boolean };

export const registerOperation: RegisterCommand = (program, context) => {
  const operation = program
    .command("operation")
    .alias("op")
    .description("look at operations, cancel or retry them");

  operation
    .command("get")
    .description("show one operation with its steps, and why it waits")
    .argument("<id>")
    .option("--json", "answer in JSON")
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
    .action(async (options: ListOptions) => {
      const client = await context.connect();
      const page = await client.call("listOperations", {
        thopter: options.thopter,
        limit: Number(options.limit),
      });
      answer(context, { json: options.json, result: page }, ({ items }) =>
        context.terminal.table(
          ["ID", "KIND", "THOPTER", "STATUS", "STANDING"],
          items.map((item) => [
            item.id,
            item.kind,
            item.thopterName,
            item.status,
            operationWords(item),
          ]),
        ),
      );
    });

  operation
    .command("cancel")
    .description("cancel an operation")
    .argument("<id>")
    .option("--reason <text>", "why, for the record", "asked at the command line")
    .option("--json", "answer in JSON")
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
    .action(async (id: string, options: { json?: boolean }) => {
      const client = await context.connect();
      const again = await client.call("retryOperation", { id });
      answer(context, { json: options.json, result: again }, (made) =>
        context.terminal.print(`${made.id}: ${made.explanation}`),
      );
    });
};

function show({ terminal }: CommandContext, operation: OperationView): void {
  const { kind, thopterName, status, explanation, error, steps } = operation;
  terminal.print(terminal.style("bold", `${kind} ${thopterName}: ${status}`));
  terminal.print(explanation);
  for (const step of steps) {
    const time = step.finishedAt === undefined ? "" : span(step.finishedAt - step.startedAt);
    terminal.print(
      `  ${step.status.padEnd(10)} ${step.name.padEnd(20)} ${time.padEnd(8)} ${step.note ?? ""}`,
    );
  }
  if (error === undefined) return;
  terminal.print(terminal.style("red", error.message));
  for (const cause of error.causes) terminal.print(`  because: ${cause}`);
}
