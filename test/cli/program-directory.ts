import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { temporaryDirectory } from "../temp-directory.ts";

/** An environment in which `thopter` is on the PATH, and whose home is empty. */
export function environmentWithThopter(env: Record<string, string>): Record<string, string> {
  const directory = temporaryDirectory();
  const shim = join(directory, "thopter");
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(shim, 0o755);
  const path = `${directory}:${process.env["PATH"] ?? ""}`;
  return { ...plainEnvironment(), ...env, PATH: path, HOME: temporaryDirectory() };
}
