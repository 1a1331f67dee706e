import type { RegisterCommand } from "../command.ts";
import { answer, mustParseLimit } from "../command.ts";
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
      const limit = mustParseLimit(options.limit);
      const client = await context.connect();
      const request = { mine: options.mine, label: options.label, limit };
      const page = await client.call("listThopters", request);
      answer(context, { json: options.json, result: page }, ({ items, next }) => {
        if (items.length === 0) context.terminal.note(noneWords(options));
        else {
          const sorted = items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
          context.terminal.table(thopterHead, sorted.map(thopterRow));
        }
        if (next !== undefined) context.terminal.note("There are more: raise --limit.");
      });
    });
};

function noneWords({ mine, label }: Options): string {
  return mine === true || label !== undefined
    ? 'There are none of these. "thopter list" shows all.'
    : 'There are no thopters. "thopter provision" makes one.';
}
