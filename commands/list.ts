import { z } from "zod";
import { UserError } from "../src/core/errors.ts";
import type { ThopterView } from "../src/core/ports/fleet.ts";
import type { StaticSelect } from "@slack/types";
import type { Selection } from "../src/core/selection.ts";
import { standingOf } from "../src/core/words.ts";
import type { Ask, Press } from "./ask.ts";
import { button, firstPage, ids } from "./blocks/actions.ts";
import { actions, context, message } from "./blocks/elements.ts";
import { plain } from "./blocks/text.ts";
import { thopterDataTable, thopterLines } from "./blocks/thopters.ts";
import { count, listed } from "./blocks/words.ts";
import { filterFlags, nothingMatches, parseSelection, select } from "./choose/selection.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import { option } from "./forms/view.ts";
import type { Message } from "./message.ts";
import { slackCode } from "./receiving/slack-error.ts";

/** What the button for the next page carries: where it begins, and what was asked for. */
const pageSchema = z.object({
  from: z.int().min(0).default(0),
  mine: z.boolean().default(false),
  state: z.string().optional(),
  label: z.string().optional(),
  repository: z.string().optional(),
});
/** Even the longest rows of so many fit in one table. */
const pageSize = 50;
type PageOf = z.infer<typeof pageSchema>;

function parsePage(value: string): PageOf {
  try {
    return pageSchema.parse(JSON.parse(value));
  } catch (error) {
    throw new UserError('Cannot show that page: the button is too old. Use "/thopter list".', {
      cause: error,
    });
  }
}

/** A page of the list, as a table that people sort or as plain lines. */
async function page(
  ports: CommandPorts,
  ask: Ask,
  { wanted, as }: { wanted: PageOf; as: "table" | "lines" },
): Promise<Message> {
  const selection: Selection = wanted;
  const thopters = await select(ports, ask, selection);
  if (thopters.length === 0) return message(await nothingMatches(ports, ask, selection));
  const from = wanted.from < thopters.length ? wanted.from : 0;
  const onPage = thopters.slice(from, from + pageSize);
  const own = thopters.filter(({ mine }) => mine).length;
  const words = `${count(thopters.length, "thopter")}, ${own} of them yours`;
  const end = from + onPage.length;
  const place = onPage.length < thopters.length ? `, ${from + 1} to ${end} here` : "";
  const names = listed(onPage.map(({ name }) => name));
  return message(`${words}: ${names}`, [
    ...(as === "table"
      ? [thopterDataTable(onPage, words).block]
      : thopterLines(onPage, onPage.length)),
    context(`${words}${place}.`),
    ...actions(
      chooser(onPage),
      pageButton(
        "Previous",
        from > 0 ? { ...wanted, from: Math.max(0, from - pageSize) } : undefined,
      ),
      pageButton("Next", end < thopters.length ? { ...wanted, from: end } : undefined),
    ),
  ]);
}

/** Shows a page as a table or, where Slack takes none, as lines. */
async function show(
  ports: CommandPorts,
  ask: Ask,
  { wanted, put }: { wanted: PageOf; put: (shown: Message) => Promise<void> },
): Promise<void> {
  try {
    await put(await page(ports, ask, { wanted, as: "table" }));
  } catch (error) {
    if (slackCode(error) !== "invalid_blocks") throw error;
    await put(await page(ports, ask, { wanted, as: "lines" }));
  }
}

/** A menu that shows the one that is chosen. */
function chooser(thopters: readonly ThopterView[]): StaticSelect {
  return {
    type: "static_select",
    action_id: ids.show,
    placeholder: plain("Look at one…", 150),
    options: thopters.map((one) => option(one.name, one.id, standingOf(one))),
  };
}

function pageButton(text: "Previous" | "Next", wanted: PageOf | undefined) {
  if (wanted === undefined) return undefined;
  const id = text === "Next" ? ids.list : ids.listBack;
  return button(text, { id, value: JSON.stringify(wanted) });
}

/** A page takes the place of the one before; the button of another message leaves that as it is. */
async function turn(ports: CommandPorts, press: Press): Promise<void> {
  const put = press.value === firstPage ? press.whisper : press.replace;
  await show(ports, press, { wanted: parsePage(press.value), put });
}

/** `list`: thopters, one's own first. */
export const listFeature = defineCommand({
  command: {
    name: "list",
    summary: "show thopters, your own first",
    usage: "list [--mine] [--state idle]",
    examples: ["list", "list --mine --state idle", "list --repo owner/name"],
    flags: filterFlags,
    takes: "nothing",
    async run(ports, ask, typed) {
      const { mine, state, label, repository } = parseSelection(typed);
      const short = { label: label?.slice(0, 100), repository: repository?.slice(0, 300) };
      await show(ports, ask, { wanted: { from: 0, mine, state, ...short }, put: ask.whisper });
    },
  },
  buttons: [
    { id: ids.list, run: turn },
    { id: ids.listBack, run: turn },
  ],
});
