import { runGit, type GitPlace } from "./git-command.ts";

/** A commit or other object that a repository holds on to, by the name of its ref or the one that a rescue gives it. */
export type Ref = { name: string; id: string };

/** The refs of a repository, or those below `prefix`. `doing` is what an error says it was for. */
export async function listRefs(
  place: GitPlace,
  { doing, prefix }: { doing: string; prefix?: string },
): Promise<Ref[]> {
  const below = prefix === undefined ? [] : [prefix];
  const argv = ["for-each-ref", "--format=%(objectname) %(refname)", ...below];
  const { stdout } = await runGit(place, argv, { doing });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({
      id: line.slice(0, line.indexOf(" ")),
      name: line.slice(line.indexOf(" ") + 1),
    }));
}
