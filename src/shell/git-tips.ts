import { runGit } from "./git-command.ts";
import { listRefs, type Ref } from "./git-refs.ts";
import type { Shadow } from "./git-shadow.ts";
import { findCommit, headOf } from "./git-shadow.ts";

export type Tips = {
  head?: string;
  /** Every ref of the repository's own, by its name; none for a linked working tree. */
  refs: Ref[];
  /** Newest first. */
  stashes: string[];
  /** What a merge, rebase, cherry-pick or revert under way stands on. */
  underWay: string[];
};

/** All that a repository holds of its own: what is lost in it already is left out. */
export async function tipsOf(shadow: Shadow): Promise<Tips> {
  const head = await headOf(shadow);
  const refs = shadow.linked ? [] : await refsOf(shadow);
  const stashes = shadow.linked ? [] : await stashesOf(shadow);
  const kinds = await kindsOf(shadow, [
    ...refs.map(({ id }) => id),
    ...stashes,
    ...shadow.underWay,
  ]);
  const isCommit = (id: string): boolean => kinds.get(id) === "commit";
  return {
    ...(head === undefined ? {} : { head }),
    refs: refs.filter(({ name, id }) =>
      name.startsWith("refs/heads/") ? isCommit(id) : kinds.has(id),
    ),
    stashes: stashes.filter(isCommit),
    underWay: [...new Set(shadow.underWay)].filter(isCommit),
  };
}

/** What the history of a repository can be reached from, without the stashes: git makes several commits for each. */
export function idsOf(tips: Tips): string[] {
  const head = tips.head === undefined ? [] : [tips.head];
  return [...head, ...tips.refs.map(({ id }) => id), ...tips.underWay];
}

async function refsOf(shadow: Shadow): Promise<Ref[]> {
  const refs = await listRefs(shadow, { doing: `read the refs of "${shadow.work}"` });
  return refs.filter(({ name }) => !name.startsWith("refs/remotes/") && name !== "refs/stash");
}

async function stashesOf(shadow: Shadow): Promise<string[]> {
  const newest = await findCommit(shadow, "refs/stash");
  if (newest === undefined) return [];
  // The older ones are in the reflog alone, and that may be missing.
  const { stdout } = await runGit(shadow, ["rev-list", "--walk-reflogs", "refs/stash", "--"], {
    doing: `read the stashes of "${shadow.work}"`,
    answers: [0, 128],
  });
  return [...new Set([newest, ...stdout.split("\n").filter((line) => line !== "")])];
}

async function kindsOf(shadow: Shadow, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { stdout } = await runGit(
    shadow,
    ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
    {
      doing: `read the objects of "${shadow.work}"`,
      stdin: `${ids.join("\n")}\n`,
    },
  );
  const answers = stdout.split("\n").map((line) => line.split(" "));
  return new Map(
    answers.flatMap(([id, kind]) =>
      id === undefined || kind === undefined || kind === "missing" ? [] : [[id, kind]],
    ),
  );
}

/** How many commits the ids lead to that the excluded ids and options do not. */
export async function countCommits(
  shadow: Shadow,
  ids: readonly string[],
  except: { ids: readonly string[]; options: readonly string[] },
): Promise<number> {
  if (ids.length === 0) return 0;
  const excluded = except.options.length === 0 ? [] : ["--not", ...except.options];
  const { stdout } = await runGit(
    shadow,
    ["rev-list", "--count", "--ignore-missing", "--stdin", ...excluded],
    {
      doing: `count the commits of "${shadow.work}"`,
      limit: "scanMs",
      stdin: [...ids, ...except.ids.map((id) => `^${id}`), ""].join("\n"),
    },
  );
  return Number(stdout.trim());
}
