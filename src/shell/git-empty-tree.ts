import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";

/** The id of the tree without files in a repository's object format; git knows it in every repository. */
export async function emptyTree(place: GitPlace): Promise<string> {
  const { stdout } = await runGit(place, ["hash-object", "-t", "tree", "--stdin"], {
    doing: "name the empty tree",
    stdin: "",
  });
  return stdout.trim();
}
