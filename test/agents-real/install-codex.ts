import { dirname, join } from "node:path";
import { cacheOf, installPackage } from "./install-package.ts";

const version = "0.169.0";
const directory = cacheOf(`codex-${version}`);
const variable = "THOPTER_TEST_CODEX";
const targets: Record<string, string> = { x64: "x86_64", arm64: "aarch64" };

/** Where the program is, once `setup` was there. */
export const codexProgram =
  process.env[variable] ??
  join(
    directory,
    `node_modules/@openai/codex-${process.platform}-${process.arch}`,
    `vendor/${targets[process.arch]}-unknown-linux-musl/bin/codex`,
  );

/** The package of the program, which has others that it starts. */
export const codexPackage = dirname(dirname(codexProgram));

/** Installs Codex. */
export function setup(): void {
  installPackage({ name: "@openai/codex", version, directory, program: codexProgram, variable });
}
