import type { Shell } from "../core/ports/shell.ts";
import { gitError } from "./git-failure.ts";
import type { GitLimits } from "./git-limits.ts";

/** One use of the port: where it runs, and until when. */
export type GitJob = { shell: Shell; signal: AbortSignal; limits: GitLimits };

/** Where a git command runs. */
export type GitPlace = {
  job: GitJob;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** Settings before the subcommand, as `-c` takes them. */
  settings?: readonly string[];
};

export type GitCall = {
  /** What it is for, as in "Cannot <doing>: ...". */
  doing: string;
  limit?: "readMs" | "scanMs" | "transferMs";
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers; 0 alone when absent. */
  answers?: readonly number[];
};

type GitAnswer = { exitCode: number; stdout: string; stderr: string };

// The command line outranks every file that an agent can write.
const settings = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.askPass=",
  "core.editor=false",
  "core.commitGraph=false",
  "core.multiPackIndex=false",
  "pack.useBitmaps=false",
  "protocol.ext.allow=never",
  "credential.helper=",
  "submodule.recurse=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
];

const environment: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  GIT_EDITOR: "false",
  GIT_SEQUENCE_EDITOR: "false",
  GIT_PAGER: "cat",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  // A command that means to reach a remote says so.
  GIT_ALLOW_PROTOCOL: "none",
  // A fresh machine knows no host yet; nobody is there to be asked.
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new",
};

function commandLine(place: GitPlace, args: readonly string[]): string[] {
  const all = [...settings, ...(place.settings ?? [])];
  return ["git", "--no-pager", ...all.flatMap((setting) => ["-c", setting]), ...args];
}

/** Runs git and answers with its words. Throws ProviderError for any exit code that is no answer. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  call: GitCall,
): Promise<GitAnswer> {
  const result = await place.job.shell.run(commandLine(place, args), runOptions(place, call));
  const answer = {
    exitCode: result.exitCode,
    stdout: new TextDecoder().decode(result.stdout),
    stderr: new TextDecoder().decode(result.stderr),
  };
  if (!(call.answers ?? [0]).includes(answer.exitCode)) {
    throw gitError(call.doing, answer.exitCode, answer.stderr);
  }
  return answer;
}

/** Runs git and hands on its output as it comes, so that none of it has to fit in memory. */
export async function streamGit(
  place: GitPlace,
  args: readonly string[],
  call: GitCall & { onStdout: (chunk: Uint8Array) => void },
): Promise<void> {
  let stderr = "";
  const decoder = new TextDecoder();
  const result = await place.job.shell.run(commandLine(place, args), {
    ...runOptions(place, call),
    onOutput(chunk, stream) {
      if (stream === "stdout") call.onStdout(chunk);
      else stderr = (stderr + decoder.decode(chunk, { stream: true })).slice(-8000);
    },
  });
  if (result.exitCode !== 0) throw gitError(call.doing, result.exitCode, stderr);
}

function runOptions(place: GitPlace, call: GitCall) {
  return {
    timeoutMs: place.job.limits[call.limit ?? "readMs"],
    signal: place.job.signal,
    env: { ...environment, ...place.env, ...call.env },
    ...(place.cwd === undefined ? {} : { cwd: place.cwd }),
    ...(call.stdin === undefined ? {} : { stdin: call.stdin }),
  };
}
