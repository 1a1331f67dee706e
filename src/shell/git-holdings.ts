import { ProviderError } from "../core/errors.ts";
import type { Clone } from "../core/ports/git.ts";
import { loadOriginTags } from "./git-origin-tags.ts";
import type { Shadow, ShadowContents } from "./git-shadow.ts";
import { openClone, openShadow } from "./git-shadow.ts";
import type { Survey } from "./git-survey.ts";
import { survey } from "./git-survey.ts";
import type { Tips } from "./git-tips.ts";
import { countCommits, idsOf, tipsOf } from "./git-tips.ts";
import type { Workspace } from "./git-workspace.ts";

/** One repository and what only it may have. */
export type Holding = {
  /** Its path below the clone, or its full path where it is elsewhere; "." is the clone itself. */
  name: string;
  shadow: Shadow;
  survey: Survey;
  tips: Tips;
  /** Commits that no remote-tracking ref and no tag of the clone's beginning leads to, and the stashes. */
  commits: number;
};

const mostRepositories = 200;

/**
 * The clone first, then every repository that works inside it or beside it: submodules, linked
 * working trees, and repositories that an agent made or cloned there. Git itself saves none of those.
 */
export async function openHoldings(
  workspace: Workspace,
  clone: Clone,
  contents: ShadowContents,
): Promise<[Holding, ...Holding[]]> {
  const tags = await loadOriginTags(workspace.job, clone.scratch);
  const first = await hold(await openClone(workspace, clone.path, contents), { name: ".", tags });
  const holdings: [Holding, ...Holding[]] = [first];
  const seen = new Set([clone.path]);
  const waiting = insideOf(first);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    if (seen.size >= mostRepositories) throw tooMany(clone);
    seen.add(path);
    const shadow = await openShadow(workspace, path, contents);
    // A submodule may never have been fetched.
    if (shadow === undefined) continue;
    const holding = await hold(shadow, { name: nameOf(path, clone), tags: [] });
    holdings.push(holding);
    waiting.push(...insideOf(holding));
  }
  return holdings;
}

function nameOf(path: string, clone: Clone): string {
  return path.startsWith(`${clone.path}/`) ? path.slice(clone.path.length + 1) : path;
}

async function hold(
  shadow: Shadow,
  { name, tags }: { name: string; tags: readonly string[] },
): Promise<Holding> {
  const found = await survey(shadow);
  const tips = await tipsOf(shadow);
  // The branches of a linked working tree count where they are kept.
  const options = shadow.linked ? ["--remotes", "--branches", "--tags"] : ["--remotes"];
  const commits = await countCommits(shadow, idsOf(tips), { ids: tags, options });
  return { name, shadow, survey: found, tips, commits: commits + tips.stashes.length };
}

function insideOf({ shadow, survey: found }: Holding): string[] {
  const below = [...found.submodules, ...found.untrackedRepositories];
  return [...below.map((path) => `${shadow.work}/${path}`), ...shadow.worktrees];
}

function tooMany(clone: Clone): ProviderError {
  return new ProviderError(
    `Cannot look through "${clone.path}": it holds more than ${String(mostRepositories)} repositories. Ignore or remove those that are not needed.`,
    { kind: "permanent" },
  );
}

export function hasWork(holding: Holding): boolean {
  return holding.commits > 0 || holding.survey.files > 0;
}
