import { own } from "./json.ts";
import { blockCounts, exclusiveBlocks, surfaceWords, type Surface } from "./surfaces.ts";
import { limits } from "./limits.ts";

/** Something that Slack would refuse, and where: a JSON pointer into the message or view. */
export type BlockProblem = { pointer: string; message: string };

/** One check of one message or view: what was found, and what was seen on the way. */
export type Walk = {
  surface: Surface;
  problems: BlockProblem[];
  /** How many values may still be looked at. */
  budget: number;
  blockIds: Set<string>;
  /** The `action_id`s of the block that is looked at. */
  actionIds: Set<string>;
  seen: Map<string, number>;
  markdownLength: number;
  focused: number;
};

const mostProblems = 100;
const mostValues = 100_000;

export function createWalk(surface: Surface): Walk {
  return {
    ...{ surface, problems: [], budget: mostValues, markdownLength: 0, focused: 0 },
    ...{ blockIds: new Set(), actionIds: new Set(), seen: new Map() },
  };
}

/** The rest is not looked at: enough is wrong, or there is too much of it. */
export function isFull(walk: Walk): boolean {
  return walk.problems.length >= mostProblems || walk.budget <= 0;
}

export function report(walk: Walk, pointer: string, message: string): void {
  if (walk.problems.length < mostProblems) walk.problems.push({ pointer, message });
}

/** Remembers a block for the rules of the whole message, and refuses an id that was there. */
export function noteBlock(walk: Walk, type: string, at: { value: unknown; pointer: string }): void {
  walk.seen.set(type, (walk.seen.get(type) ?? 0) + 1);
  noteId(walk, walk.blockIds, { ...at, field: "block_id", where: `this ${walk.surface}` });
  const text = own(at.value, "text");
  if (type === "markdown" && typeof text === "string") walk.markdownLength += text.length;
}

export function noteElement(walk: Walk, at: { value: unknown; pointer: string }): void {
  noteId(walk, walk.actionIds, { ...at, field: "action_id", where: "this block" });
  if (own(at.value, "focus_on_load") === true) walk.focused += 1;
}

function noteId(
  walk: Walk,
  ids: Set<string>,
  at: { value: unknown; pointer: string; field: string; where: string },
): void {
  const id = own(at.value, at.field);
  if (typeof id !== "string") return;
  if (ids.has(id)) {
    const message = `${at.field} ${quoted(id)} is there twice in ${at.where}`;
    report(walk, `${at.pointer}/${at.field}`, message);
  }
  ids.add(id);
}

/** The rules of the whole, once everything was seen. */
export function finish(walk: Walk): BlockProblem[] {
  const { seen, surface } = walk;
  const count = (types: readonly string[]) =>
    types.reduce((sum, type) => sum + (seen.get(type) ?? 0), 0);
  for (const { types, max } of blockCounts) {
    const found = count(types);
    if (found <= max) continue;
    const message = `the ${surface} has ${found} ${types.join(" and ")} blocks; at most ${max}`;
    report(walk, "/blocks", message);
  }
  for (const [one, other] of exclusiveBlocks) {
    if (count([one]) === 0 || count([other]) === 0) continue;
    report(
      walk,
      "/blocks",
      `${one} and ${other} blocks exclude each other in ${surfaceWords[surface]}`,
    );
  }
  if (walk.markdownLength > limits.markdown) {
    const found = `the markdown blocks have ${walk.markdownLength} characters together`;
    report(walk, "/blocks", `${found}; at most ${limits.markdown}`);
  }
  if (walk.focused > 1) report(walk, "/blocks", "focus_on_load is true for more than one element");
  if (walk.budget <= 0)
    report(walk, "", `has more than ${mostValues} values: the rest was not checked`);
  return walk.problems;
}

/** A value as it may be shown: short, and with nothing that a terminal obeys. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
