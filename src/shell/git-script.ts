import type { GitJob } from "./git-command.ts";
import { gitError } from "./git-failure.ts";

/** Runs a POSIX shell script of ours; what varies arrives as its arguments, never inside its text. */
export async function runScript(
  job: GitJob,
  script: string,
  call: { doing: string; args: readonly string[]; answers?: readonly number[]; timeoutMs?: number },
): Promise<{ exitCode: number; stdout: string }> {
  const result = await job.shell.run(["sh", "-c", script, "sh", ...call.args], {
    timeoutMs: call.timeoutMs ?? job.limits.readMs,
    signal: job.signal,
    env: { LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  });
  if (!(call.answers ?? [0]).includes(result.exitCode)) {
    throw gitError(call.doing, result.exitCode, new TextDecoder().decode(result.stderr));
  }
  return { exitCode: result.exitCode, stdout: new TextDecoder().decode(result.stdout) };
}
