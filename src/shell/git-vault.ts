import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { runScript } from "./git-script.ts";
import type { Shadow } from "./git-shadow.ts";
import type { Ref } from "./git-refs.ts";
import type { Workspace } from "./git-workspace.ts";

const make = `set -eu
vault=$1 format=$2
shift 2
git init --quiet --bare --template= --object-format="$format" -- "$vault"
printf '%s\\n' "$@" > "$vault/objects/info/alternates"`;

/** A bare repository of its own refs over the objects of the shadows: what it holds is what is saved. */
export async function openVault(
  workspace: Workspace,
  { shadows, tips, head }: { shadows: readonly Shadow[]; tips: readonly Ref[]; head?: string },
): Promise<GitPlace> {
  const path = `${workspace.path}/vault`;
  const format = tips[0]?.id.length === 64 ? "sha256" : "sha1";
  const doing = "gather the work of the clone";
  await runScript(workspace.job, make, {
    doing,
    args: [path, format, ...shadows.map(({ gitDirectory }) => `${gitDirectory}/objects`)],
  });
  const vault: GitPlace = { job: workspace.job, cwd: path, env: { GIT_DIR: path } };
  const lines = tips.map(({ name, id }) => `create ${name}\0${id}\0`);
  if (head !== undefined) lines.push(`option no-deref\0update HEAD\0${head}\0\0`);
  await runGit(vault, ["update-ref", "--stdin", "-z"], { doing, stdin: lines.join("") });
  return vault;
}
