import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../temp-directory.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const oxlint = join(repository, "node_modules/.bin/oxlint");

/** Lints files, given by path and source, with the project's rules; answers `path:line rule`. */
export async function lint(files: Record<string, string>): Promise<string[]> {
  const directory = temporaryDirectory();
  for (const name of [".oxlintrc.json", "tsconfig.json"]) {
    copyFileSync(join(repository, name), join(directory, name));
  }
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"));
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), source);
  }
  const output = await run(directory);
  return output.map(problemIn).toSorted();
}

// A line such as `src/main.ts:1:7: Words. [Error/eslint(no-var)]`. In a file that it cannot parse
// oxlint checks no rule, which must not pass for a file without problems.
function problemIn(line: string): string {
  const found = /^(?<place>\S+:\d+):\d+: .*\[Error\/\w+\((?<rule>[\w-]+)\)\]$/.exec(line)?.groups;
  if (found === undefined) {
    throw new Error(`Cannot lint: oxlint says ${line}`);
  }
  return `${found["place"] ?? ""} ${found["rule"] ?? ""}`;
}

function run(directory: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(oxlint, ["--format=unix"], { cwd: directory }, (error, stdout, stderr) => {
      // Oxlint ends with 1 both for problems and for a configuration that it cannot read.
      if (error !== null && !/^\d+ problems?$/m.test(stdout)) {
        reject(new Error(`Cannot lint: ${stdout}${stderr}`, { cause: error }));
        return;
      }
      resolve(stdout.split("\n").filter((line) => /^\S+:\d+:\d+: /.test(line)));
    });
  });
}
