import type { Holding } from "./git-holdings.ts";
import type { Snapshot } from "./git-snapshot.ts";
import { commitTree, takeSnapshot } from "./git-snapshot.ts";
import type { Ref } from "./git-refs.ts";

/** The refs of a rescue that the hub itself gives meaning to. */
export const rescueRefs = {
  head: "refs/thopter/head",
  index: "refs/thopter/index",
  worktree: "refs/thopter/worktree",
  stash: "refs/thopter/stash/",
  underWay: "refs/thopter/under-way/",
  nested: "refs/thopter/nested/",
  /** A tree of the files that Git LFS keeps beside the objects, each by its SHA-256. */
  largeFiles: "refs/thopter/large-files",
  /** Refs that the clone itself had below refs/thopter. */
  kept: "refs/thopter/kept/",
};

/** The refs that hold a clone's work: its own by their names, the rest below refs/thopter. */
export async function refsOfClone(holding: Holding): Promise<Ref[]> {
  const snapshot = await takeSnapshot(holding);
  const own = holding.tips.refs.map(({ name, id }) => ({
    name: name.replace(/^refs\/thopter\//, rescueRefs.kept),
    id,
  }));
  return [...own, ...workRefs(holding, snapshot)];
}

/** The refs that hold the work of the nth repository inside a clone. */
export async function refsOfNested(holding: Holding, nth: number): Promise<Ref[]> {
  const snapshot = await takeSnapshot(holding);
  const own = holding.tips.refs.map(({ name, id }) => ({
    name: name.replace(/^refs\//, "refs/thopter/own/"),
    id,
  }));
  const refs = [...own, ...workRefs(holding, snapshot)].map(({ name, id }) => ({
    name: name.replace(/^refs\/thopter\//, `${rescueRefs.nested}${String(nth)}/`),
    id,
  }));
  return holding.shadow.shallow ? withoutHistory(holding, refs) : refs;
}

function workRefs({ tips }: Holding, snapshot: Snapshot): Ref[] {
  const one = (name: string, id: string | undefined): Ref[] =>
    id === undefined ? [] : [{ name, id }];
  const numbered = (prefix: string, ids: readonly string[]): Ref[] =>
    ids.map((id, at) => ({ name: `${prefix}${String(at)}`, id }));
  return [
    ...one(rescueRefs.head, tips.head),
    ...one(rescueRefs.index, snapshot.index),
    ...one(rescueRefs.worktree, snapshot.worktree),
    ...numbered(rescueRefs.stash, tips.stashes),
    ...numbered(rescueRefs.underWay, tips.underWay),
  ];
}

// A bundle of a history that is cut off could not be fetched: the files of each commit stand for it.
async function withoutHistory(holding: Holding, refs: readonly Ref[]): Promise<Ref[]> {
  const files: Ref[] = [];
  for (const { name, id } of refs) {
    const message = `The files of ${id} in ${JSON.stringify(holding.name)}\n`;
    const call = { tree: `${id}^{tree}`, message, date: "@0 +0000" };
    files.push({ name, id: await commitTree(holding.shadow, call) });
  }
  return files;
}
