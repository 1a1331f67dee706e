import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** EX_UNAVAILABLE of sysexits.h: whoever runs these tests can tell it from tests that failed. */
const unavailable = 69;

type Wanted = {
  /** The package and its version, as npm knows them. */
  name: string;
  version: string;
  /** Where it is kept, and the program that it has to bring. */
  directory: string;
  program: string;
  /** The variable that names a program instead. */
  variable: string;
};

/** Where a version of an agent is kept. */
export function cacheOf(agent: string): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "thopter", agent);
}

/** Installs an agent from npm in a cache of its own; where it cannot, nothing is run at all. */
export function installPackage({ name, version, directory, program, variable }: Wanted): void {
  if (existsSync(program)) return;
  const wanted = `${name}@${version}`;
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
  // An address that does not answer is asked once more, not for minutes.
  args.push("--fetch-retries=1", "--loglevel=error", "--prefix", directory, wanted);
  const advice = `Where there is no registry, set ${variable} to the path of a program.`;
  try {
    execFileSync("npm", args, { stdio: "pipe" });
  } catch (error) {
    giveUp(`npm could not install ${wanted}: ${wordsOf(error)}\n${advice}`);
  }
  if (existsSync(program)) return;
  giveUp(`${wanted} has no program for ${process.platform} on ${process.arch}.\n${advice}`);
}

function giveUp(why: string): never {
  process.stderr.write(`Cannot test with real agents: ${why}\n`);
  // What a setup throws ends in the same exit code as a test that failed.
  // oxlint-disable-next-line unicorn/no-process-exit -- vitest has no other way to end with a code
  process.exit(unavailable);
}

function wordsOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  // What follows is advice.
  return said === "" ? String(error) : said.split("\n").slice(0, 4).join("\n");
}
