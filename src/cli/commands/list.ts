import { selectionWords } from "../../core/selection.ts";
import type { Selection } from "../../core/selection.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, mustParseLimit } from "../command.ts";
import { addSelectors, select, selectionOf } from "../select.ts";
import type { SelectorOptions } from "../select.ts";
import { oneLine } from "../shown-text.ts";
import { thopterHead, thopterRow } from "../words.ts";

type Options = SelectorOptions & { limit: string; json?: boolean };

const examples = `
Examples:
  thopter list --mine                       your own
  thopter list --state waiting              those whose agents ask something
  thopter list --idle 2h --json             those with nothing to do for two hours, for a script`;

export const registerList: RegisterCommand = (program, context) => {
  const command = program.command("list").alias("ls").description("list thopters");
  addSelectors(command)
    .option("--limit <number>", "at most this many", "100")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (options: Options) => {
      const limit = mustParseLimit(options.limit);
      const selection = selectionOf(options);
      const client = await context.connect();
      const found = await select(client, selection);
      const items = found.slice(0, limit);
      const hasMore = found.length > items.length;
      answer(context, { json: options.json, result: { items, hasMore } }, () => {
        if (items.length === 0) context.terminal.note(noneWords(selection));
        else context.terminal.table(thopterHead, items.map(thopterRow));
        if (hasMore) context.terminal.note("There are more: raise --limit.");
      });
    });
};

function noneWords(selection: Selection): string {
  const wanted = selectionWords(selection);
  return wanted === ""
    ? 'There are no thopters. "thopter provision" makes one.'
    : `There are none of these (${oneLine(wanted)}). "thopter list" shows all.`;
}
