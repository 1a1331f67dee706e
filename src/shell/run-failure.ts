import type { RunResult } from "../core/ports/shell.ts";
import { untrustedText } from "../core/untrusted-text.ts";

const longest = 500;

/** What a command said on stderr, at most 500 characters of it. */
export function saidOn({ stderr }: Pick<RunResult, "stderr">): string {
  return untrustedText(new TextDecoder().decode(stderr), { maxLength: longest }).trim();
}

/** Why a command failed: what it said, or its exit code where it said nothing. */
export function whyFailed(result: RunResult, program = "the command"): string {
  const said = saidOn(result);
  return said === "" ? `${program} ended with ${result.exitCode}` : said;
}
