import type { ThopterDetail } from "../../src/core/ports/fleet.ts";

/** Where GitHub lists the pull requests of a thopter's branch; undefined for other hosts. */
export function pullRequestsOf({
  repository,
  branch,
  work,
}: Pick<ThopterDetail, "repository" | "branch" | "work">): string | undefined {
  const [, owner, name] =
    /^(?:https:\/\/github\.com\/|git@github\.com:|ssh:\/\/git@github\.com\/)([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(
      repository,
    ) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  const head = encodeURIComponent(`is:pr head:${work?.branch ?? branch}`);
  return `https://github.com/${owner}/${name}/pulls?q=${head}`;
}
