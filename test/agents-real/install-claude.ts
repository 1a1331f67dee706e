import { join } from "node:path";
import { cacheOf, installPackage } from "./install-package.ts";

const version = "2.1.330";
const directory = cacheOf(`claude-code-${version}`);
const variable = "THOPTER_TEST_CLAUDE";

/** Where the program is, once `setup` was there. */
export const claudeProgram =
  process.env[variable] ??
  join(
    directory,
    `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
  );

/** Installs Claude Code. */
export function setup(): void {
  const name = "@anthropic-ai/claude-code";
  installPackage({ name, version, directory, program: claudeProgram, variable });
}
