import type { RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { thopterHead, thopterRow } from "../words.ts";

type Options = { mine?: boolean; label?: string; limit: string; json?: boolean };

export const registerList: RegisterCommand = (program, context) => {
  program
    .command("list")
    .alias("ls")
    .description("list thopters")
    .option("--mine", "only your own")
    .option("--label <label>", "only those with this label")
    .option("--limit <number>", "at most this many", "100")
    .option("--json", "answer in JSON")
    .action(async (options: Options) => {
      const client = await context.connect();
      const request = { mine: options.mine, label: options.label, limit: Number(options.limit) };
      const page = await client.call("listThopters", request);
      answer(context, { json: options.json, result: page }, ({ items, next }) => {
        if (items.length === 0)
          context.terminal.note('There are no thopters. "thopter provision" makes one.');
        else context.terminal.table(thopterHead, items.map(thopterRow));
        if (next !== undefined) context.terminal.note("There are more: raise --limit.");
      });
    });
};
