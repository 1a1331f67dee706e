import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import type { ListThoptersRequest } from "../../src/core/ports/listing.ts";
import type { Ask } from "../ask.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { Typed } from "../define-command.ts";

const pageSize = 500;

/** Every thopter that is not gone and fits the request: the caller's own first, then by name. */
export async function allThopters(
  { fleet }: Pick<CommandPorts, "fleet">,
  caller: Caller,
  request: ListThoptersRequest = {},
): Promise<ThopterView[]> {
  const found: ThopterView[] = [];
  let cursor: string | undefined;
  do {
    const page = await fleet.listThopters(caller, { ...request, limit: pageSize, cursor });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found.toSorted((a, b) => Number(b.mine) - Number(a.mine) || (a.name < b.name ? -1 : 1));
}

/** A thopter by name or id, as it is on record: its machine is not asked. Throws UserError "not_found". */
export async function findThopter(
  ports: Pick<CommandPorts, "fleet">,
  { caller }: Pick<Ask, "caller">,
  nameOrId: string,
): Promise<ThopterView> {
  const living = await allThopters(ports, caller);
  const found = living.find(({ id, name }) => id === nameOrId || name === nameOrId);
  return found ?? ports.fleet.getThopter(caller, nameOrId);
}

/** The thopter that is named first, else the one that the thread is about. Throws UserError. */
export function namedOrImplied(ask: Ask, typed: Typed, usage: string): string {
  const named = typed.words[0] ?? ask.threadThopter;
  if (named !== undefined) return named;
  throw new UserError(
    `Cannot tell which thopter you mean: write "/thopter ${usage}". "/thopter list" shows their names.`,
  );
}

/** What an agent says is shown to those who may read its screen. Throws UserError "forbidden". */
export function checkMayAnswer({ caller }: Pick<Ask, "caller">, thopter: ThopterView): void {
  if (thopter.mine || caller.role === "admin") return;
  throw new UserError(
    `Cannot answer "${thopter.name}": it is not yours. Its owner or an admin can.`,
    { code: "forbidden" },
  );
}

/** A flag with a value; undefined where it was not given. */
export function flagText(typed: Typed, name: string): string | undefined {
  const value = typed.flags[name];
  return typeof value === "string" ? value : undefined;
}

/** Each value of a flag that may be written several times. */
export function flagTexts(typed: Typed, name: string): readonly string[] {
  const value = typed.flags[name];
  return typeof value === "object" ? value : [];
}

/**
 * Whom a text is for, and the text: the first word where it names a thopter, else the thread's
 * thopter and all of it. Throws UserError.
 */
export async function addressed(
  ports: Pick<CommandPorts, "fleet">,
  ask: Ask,
  { typed, usage }: { typed: Typed; usage: string },
): Promise<{ thopter: ThopterView; text: string }> {
  const [first = "", second] = typed.words;
  const implied = ask.threadThopter;
  const living = await allThopters(ports, ask.caller);
  const named = living.find(({ id, name }) => id === first || name === first);
  if (named === undefined && implied !== undefined) {
    return { thopter: await findThopter(ports, ask, implied), text: typed.text };
  }
  const thopter = named ?? (await findThopter(ports, ask, namedOrImplied(ask, typed, usage)));
  // One phrase in quotes is meant without them; longer text stays as it was typed.
  const isPhrase = typed.words.length === 2 && second !== undefined;
  return { thopter, text: isPhrase ? second : withoutFirstWord(typed.text, first) };
}

function withoutFirstWord(text: string, word: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith(word) ? trimmed.slice(word.length).trim() : trimmed;
}
