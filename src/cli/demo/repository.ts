import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A real program that takes its task from a file, and then does what it is told, line by line. */
const agentProgram = `#!/bin/sh
echo "My task: $(cat "$THOPTER_TASK_FILE")"
for part in reading thinking writing; do echo "... $part"; sleep 0.2; done
echo "Ready. Tell me what to note."
while read -r line; do
  case "$line" in
    keep:*)
      echo "\${line#keep:}" >> NOTES.md
      git add NOTES.md
      git commit --quiet --message "Note what I was told"
      echo "Committed, not pushed." ;;
    *) echo "Heard: $line" ;;
  esac
done
`;

/** The command line that runs it in a clone. */
export const agentCommand = "sh ./agent.sh";

const identity = ["-c", "user.name=thopter demo", "-c", "user.email=demo@localhost"];

/** Makes a git repository with one commit, and answers with its path. */
export async function makeRepository(directory: string): Promise<string> {
  const path = join(directory, "notes");
  await mkdir(path);
  await writeFile(join(path, "agent.sh"), agentProgram);
  await writeFile(join(path, "NOTES.md"), "# Notes\n");
  const git = (...args: string[]): Promise<unknown> =>
    run("git", [...identity, ...args], { cwd: path });
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "Begin the notes");
  return path;
}

/** The commits of a bundle that the repository does not have, as subjects. */
export async function commitsInBundle(repository: string, bundle: string): Promise<string[]> {
  const fetched = "refs/demo/*";
  await run("git", ["fetch", "--quiet", bundle, `+refs/*:${fetched}`], { cwd: repository });
  const { stdout } = await run(
    "git",
    ["log", "--format=%s", "--glob", "refs/demo", "--not", "main"],
    { cwd: repository },
  );
  return stdout.split("\n").filter((line) => line !== "");
}
