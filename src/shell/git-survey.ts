import { streamGit } from "./git-command.ts";
import type { Shadow } from "./git-shadow.ts";

/** What a working tree holds beyond its HEAD. */
export type Survey = {
  /** Changed and untracked files, and submodules on another commit. */
  files: number;
  /** Repositories inside it that it does not track, as paths below it. */
  untrackedRepositories: string[];
  /** Where it may have submodules, as paths below it. */
  submodules: string[];
};

export async function survey(shadow: Shadow): Promise<Survey> {
  const found: Survey = { files: 0, untrackedRepositories: [], submodules: [] };
  const doing = `look for changes in "${shadow.work}"`;
  const status = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all"];
  await streamGit(shadow, [...status, "--ignore-submodules=dirty"], {
    doing,
    limit: "scanMs",
    onStdout: records((record) => {
      // Git looks into every untracked directory but that of another repository.
      if (record.startsWith("?? ") && record.endsWith("/")) {
        found.untrackedRepositories.push(record.slice(3, -1));
      } else found.files += 1;
    }),
  });
  await streamGit(shadow, ["ls-files", "--stage", "-z"], {
    doing,
    onStdout: records((record) => {
      if (record.startsWith("160000 "))
        found.submodules.push(record.slice(record.indexOf("\t") + 1));
    }),
  });
  return found;
}

/** Cuts a stream at its NUL bytes. */
function records(take: (record: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) take(part);
  };
}
