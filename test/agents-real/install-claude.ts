import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const version = "2.1.330";

/** EX_UNAVAILABLE of sysexits.h: whoever runs these tests can tell it from tests that failed. */
const unavailable = 69;

/** Where the program is, once `setup` was there. */
export const claudeProgram =
  process.env["THOPTER_TEST_CLAUDE"] ??
  join(
    packageDirectory(),
    `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
  );

/** Installs Claude Code from npm in a cache of its own; where it cannot, nothing is run at all. */
export function setup(): void {
  if (existsSync(claudeProgram)) return;
  const wanted = `@anthropic-ai/claude-code@${version}`;
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
  // An address that does not answer is asked once more, not for minutes.
  args.push("--fetch-retries=1", "--loglevel=error", "--prefix", packageDirectory(), wanted);
  try {
    execFileSync("npm", args, { stdio: "pipe" });
  } catch (error) {
    giveUp(`npm could not install ${wanted}: ${wordsOf(error)}`);
  }
  if (existsSync(claudeProgram)) return;
  giveUp(`${wanted} has no program for ${process.platform} on ${process.arch}.`);
}

function giveUp(why: string): never {
  process.stderr.write(
    `Cannot test with real agents: ${why}\nWhere there is no registry, set THOPTER_TEST_CLAUDE to the path of a claude program.\n`,
  );
  // What a setup throws ends in the same exit code as a test that failed.
  // oxlint-disable-next-line unicorn/no-process-exit -- vitest has no other way to end with a code
  process.exit(unavailable);
}

function wordsOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  // What follows is advice.
  return said === "" ? String(error) : said.split("\n").slice(0, 4).join("\n");
}

function packageDirectory(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "thopter", `claude-code-${version}`);
}
