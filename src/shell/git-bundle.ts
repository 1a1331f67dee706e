import type { Clone, RescueResult } from "../core/ports/git.ts";
import type { GitJob, GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import type { Holding } from "./git-holdings.ts";
import { hasWork, openHoldings } from "./git-holdings.ts";
import { saveLargeFiles } from "./git-large-files.ts";
import { refsOfClone, refsOfNested } from "./git-rescue-refs.ts";
import { runScript } from "./git-script.ts";
import { findCommit } from "./git-shadow.ts";
import type { Ref } from "./git-refs.ts";
import { countCommits } from "./git-tips.ts";
import { openVault } from "./git-vault.ts";
import type { Workspace } from "./git-workspace.ts";
import { withWorkspace } from "./git-workspace.ts";

/**
 * Saves all that a clone may lose in `<scratch>/rescue.bundle`. Remote-tracking refs are the clone's
 * own word and can be forged, so with a base commit on record everything beyond it is saved, pushed
 * or not. The bundle of a large clone leaves out what the base commit on record already has; every
 * other bundle stands on its own, and `git clone` takes it.
 */
export async function bundleWork(clone: Clone, job: GitJob): Promise<RescueResult> {
  return withWorkspace({ clone, job }, async (workspace) => {
    const holdings = await openHoldings(workspace, clone, "exact");
    const [main, ...inside] = holdings;
    const nested = inside.filter(hasWork);
    const base = await recordedBase(main, clone);
    const beyond = await commitsBeyond(main, { clone, base });
    const uncommittedFiles = [main, ...nested].reduce(
      (sum, holding) => sum + holding.survey.files,
      0,
    );
    const commits = beyond + nested.reduce((sum, holding) => sum + holding.commits, 0);
    if (commits === 0 && uncommittedFiles === 0) return { commits, uncommittedFiles };
    const tips = await refsOfClone(main);
    for (const [at, holding] of nested.entries()) tips.push(...(await refsOfNested(holding, at)));
    const bundlePath = await write(workspace, { clone, main, nested, tips, base });
    return { bundlePath, commits, uncommittedFiles };
  });
}

async function recordedBase(main: Holding, clone: Clone): Promise<string | undefined> {
  return clone.baseCommit === undefined ? undefined : findCommit(main.shadow, clone.baseCommit);
}

async function commitsBeyond(
  main: Holding,
  { clone, base }: { clone: Clone; base: string | undefined },
): Promise<number> {
  if (clone.baseCommit === undefined) return main.commits;
  const { head, refs, stashes, underWay } = main.tips;
  const branches = refs.filter(({ name }) => name.startsWith("refs/heads/")).map(({ id }) => id);
  const ids = [...(head === undefined ? [] : [head]), ...branches, ...underWay];
  const except = { ids: base === undefined ? [] : [base], options: [] };
  const beyond = await countCommits(main.shadow, ids, except);
  return Math.max(main.commits, beyond + stashes.length);
}

async function write(
  workspace: Workspace,
  work: {
    clone: Clone;
    main: Holding;
    nested: readonly Holding[];
    tips: readonly Ref[];
    base: string | undefined;
  },
): Promise<string> {
  const { head } = work.main.tips;
  const vault = await openVault(workspace, {
    shadows: [work.main, ...work.nested].map(({ shadow }) => shadow),
    tips: work.tips,
    ...(head === undefined ? {} : { head }),
  });
  await saveLargeFiles(vault, {
    path: vault.cwd ?? "",
    objects: [work.main, ...work.nested].map(({ shadow }) => shadow.objects),
    base: work.base,
  });
  const file = `${workspace.path}/rescue.bundle`;
  const { limits } = workspace.job;
  const except =
    work.base !== undefined &&
    (await kilobytesOf(work.main.shadow.objects, workspace.job)) >= limits.wholeKilobytes
      ? [`^${work.base}`]
      : [];
  await createBundle(vault, file, except);
  const place = `${work.clone.scratch}/rescue.bundle`;
  await runScript(workspace.job, `mv -f -- "$1" "$2"`, {
    doing: `put the rescue in "${place}"`,
    args: [file, place],
  });
  return place;
}

async function createBundle(vault: GitPlace, file: string, except: string[]): Promise<void> {
  const call = { doing: "write the bundle of the clone's work", limit: "scanMs" } as const;
  const head = (await findCommit(vault, "HEAD")) === undefined ? [] : ["HEAD"];
  await runGit(vault, ["bundle", "create", "--quiet", file, ...head, "--all", ...except], call);
  await runGit(vault, ["bundle", "verify", "--quiet", file], call);
}

async function kilobytesOf(objects: string, job: GitJob): Promise<number> {
  const { stdout } = await runScript(job, `du -skL -- "$1"`, {
    doing: `measure "${objects}"`,
    args: [objects],
    // 1 when something vanished meanwhile.
    answers: [0, 1],
  });
  return Number.parseInt(stdout, 10) || 0;
}
