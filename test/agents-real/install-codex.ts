import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const version = "0.169.0";
const targets: Record<string, string> = { x64: "x86_64", arm64: "aarch64" };

/** The package of the program, which has others that it starts. */
export const codexPackage = join(
  packageDirectory(),
  `node_modules/@openai/codex-${process.platform}-${process.arch}`,
  `vendor/${targets[process.arch]}-unknown-linux-musl`,
);

/** Where the program is, once `setup` was there. */
export const codexProgram = process.env["THOPTER_TEST_CODEX"] ?? join(codexPackage, "bin/codex");

/** Installs Codex from npm in a cache of its own. Throws when that cannot be done. */
export function setup(): void {
  if (existsSync(codexProgram)) return;
  const wanted = `@openai/codex@${version}`;
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
  try {
    execFileSync("npm", [...args, "--prefix", packageDirectory(), wanted], { stdio: "pipe" });
  } catch (cause) {
    throw new Error(
      `Cannot test with real agents: npm could not install ${wanted}. Where there is no registry, set THOPTER_TEST_CODEX to the path of a codex program.`,
      { cause },
    );
  }
  if (!existsSync(codexProgram)) {
    throw new Error(
      `Cannot test with real agents: ${wanted} has no program for ${process.platform} on ${process.arch}.`,
    );
  }
}

function packageDirectory(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "thopter", `codex-${version}`);
}
