import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { leftProcesses } from "./left-processes.ts";

const ROOT_VARIABLE = "THOPTER_TEST_ROOT";

/**
 * Builds dist when a source is newer, so that tests can start the real binary, and gives the run
 * one directory to work below. Afterwards nothing may be left: neither a file nor a process.
 */
export function setup(): () => Promise<void> {
  execFileSync(fileURLToPath(new URL("../bin/build", import.meta.url)), ["--if-stale"], {
    stdio: "inherit",
  });
  // Short, for a Unix socket's path may have 107 bytes.
  const root = mkdtempSync(join(tmpdir(), "thopter-"));
  process.env[ROOT_VARIABLE] = root;
  return () => teardown(root);
}

async function teardown(root: string): Promise<void> {
  const processes = await leftProcesses(root);
  const files = readdirSync(root);
  for (const { pid } of processes) {
    end(pid);
  }
  rmSync(root, { recursive: true, force: true });
  const left = [
    ...processes.map(({ pid, command }) => `process ${String(pid)}: ${command}`),
    ...files.map((file) => `file ${join(root, file)}`),
  ];
  if (left.length > 0) {
    // Vitest prints what a teardown throws, yet by that alone the run would still pass.
    process.exitCode = 1;
    throw new Error(`The tests left something behind:\n${left.join("\n")}`);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
      throw error;
    }
  }
}
