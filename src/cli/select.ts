import type { Command } from "commander";
import type { ThopterView } from "../core/ports/fleet.ts";
import type { ListThoptersRequest } from "../core/ports/listing.ts";
import { isSelected, parseSelectors, selectorWords } from "../core/selection.ts";
import type { Selection } from "../core/selection.ts";
import type { HubClient } from "./hub-client.ts";

/** The options that select thopters, as commander hands them over. */
export type SelectorOptions = {
  mine?: boolean;
  state?: string;
  label?: string;
  repo?: string;
  olderThan?: string;
  idle?: string;
};

/** Adds the options that select thopters where none is named. */
export function addSelectors(command: Command): Command {
  return command
    .option("-m, --mine", selectorWords.mine)
    .option("-s, --state <state>", selectorWords.state)
    .option("-l, --label <label>", selectorWords.label)
    .option("-r, --repo <address>", selectorWords.repo)
    .option("--older-than <time>", selectorWords["older-than"])
    .option("--idle <time>", selectorWords.idle);
}

/** Throws UserError. */
export function selectionOf(options: SelectorOptions): Selection {
  const { mine, state, label, repo, olderThan, idle } = options;
  return parseSelectors({ state, label, repo, "older-than": olderThan, idle }, mine === true);
}

/** The thopters that a selection means, by name. */
export async function select(client: HubClient, selection: Selection): Promise<ThopterView[]> {
  const { mine, label, repository } = selection;
  const thopters = await allThopters(client, { mine, label, repository });
  // By the hub's clock: that of this machine may be another.
  const nowOf = ({ createdAt, ageMs }: ThopterView): number => createdAt + ageMs;
  return thopters.filter((thopter) => isSelected(thopter, selection, nowOf(thopter)));
}

const pageSize = 500;
/** A hub whose pages never end is no hub. */
const mostPages = 200;

/** Every thopter that is not gone and fits the request, by name. */
async function allThopters(
  client: HubClient,
  request: ListThoptersRequest,
): Promise<ThopterView[]> {
  const found: ThopterView[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await client.call("listThopters", { ...request, limit: pageSize, cursor });
    found.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
