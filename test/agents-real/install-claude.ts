import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const version = "2.1.330";

/** Where the program is, once `setup` was there. */
export const claudeProgram =
  process.env["THOPTER_TEST_CLAUDE"] ??
  join(
    packageDirectory(),
    `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
  );

/** Installs Claude Code from npm in a cache of its own. Throws when that cannot be done. */
export function setup(): void {
  if (existsSync(claudeProgram)) return;
  const wanted = `@anthropic-ai/claude-code@${version}`;
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
  try {
    execFileSync("npm", [...args, "--prefix", packageDirectory(), wanted], { stdio: "pipe" });
  } catch (cause) {
    throw new Error(
      `Cannot test with real agents: npm could not install ${wanted}. Where there is no registry, set THOPTER_TEST_CLAUDE to the path of a claude program.`,
      { cause },
    );
  }
  if (!existsSync(claudeProgram)) {
    throw new Error(
      `Cannot test with real agents: ${wanted} has no program for ${process.platform} on ${process.arch}.`,
    );
  }
}

function packageDirectory(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "thopter", `claude-code-${version}`);
}
