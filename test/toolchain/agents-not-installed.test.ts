import { execFile } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { plainEnvironment } from "../hub/hub-process.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const vitest = "node_modules/vitest/vitest.mjs";

/** Runs the tests with real agents where none is installed and npm is this script. */
function runWithNpm(script: string): Promise<{ code: unknown; stderr: string }> {
  const programs = temporaryDirectory();
  const npm = join(programs, "npm");
  writeFileSync(npm, `#!/bin/sh\n${script}\n`);
  chmodSync(npm, 0o755);
  const env = {
    ...plainEnvironment(),
    PATH: `${programs}:${process.env["PATH"] ?? ""}`,
    XDG_CACHE_HOME: temporaryDirectory(),
  };
  const args = [vitest, "run", "--config", "test/agents-real/vitest.config.ts"];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root, env }, (_error, _out, stderr) =>
      resolve({ code: child.exitCode, stderr }),
    );
  });
}

it.each([
  ["npm reaches no registry", "echo 'ENOTFOUND registry' >&2; exit 1", "ENOTFOUND registry"],
  ["there is no program for this machine", "exit 0", "has no program for"],
])(
  "tests with real agents end with a code of their own where %s",
  { timeout: 60_000 },
  async (_where, npm, words) => {
    const { code, stderr } = await runWithNpm(npm);
    expect(stderr).toContain("Cannot test with real agents: ");
    expect(stderr).toContain(words);
    expect(code).toBe(69);
  },
);
