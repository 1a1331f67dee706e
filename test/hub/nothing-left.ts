import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { leftProcesses, processesNaming } from "../left-processes.ts";
import { endProcess } from "./hub-process.ts";

/** The machines that a data directory holds. */
export function machinesIn(data: string): string[] {
  const directory = join(data, "machines");
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => !name.startsWith("."));
}

/** The rescues that a data directory holds. */
export function rescuesIn(data: string): string[] {
  const directory = join(data, "rescues");
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Proves that no machine, no process and no run-time directory of a stopped hub is left. */
export async function expectNothingLeft(directory: string, data: string): Promise<void> {
  expect(machinesIn(data)).toEqual([]);
  expect(await leftProcesses(directory)).toEqual([]);
  expect(runDirectoriesOf(data)).toEqual([]);
}

/** Ends whatever a failed test left running, and removes what lies elsewhere. */
export function clearAway(directory: string, data: string): void {
  // Who is ended may be starting another.
  for (let round = 0; round < 20; round += 1) {
    const left = processesNaming(directory);
    if (left.length === 0) break;
    for (const { pid } of left) endProcess(pid);
  }
  for (const name of runDirectoriesOf(data)) {
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Machines keep sockets elsewhere when their path is too long for one. */
function runDirectoriesOf(data: string): string[] {
  const digest = createHash("sha256").update(join(data, "machines")).digest("hex").slice(0, 8);
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`thopter-${digest}-`));
}

/** Proves that none of these secrets is in what a hub said, or in what it keeps but the token files. */
export function expectNoSecret(data: string, said: string, secrets: readonly string[]): void {
  const kept = ["hub.log", "start.log", "hub.json", "thopter.db", "thopter.db-wal"]
    .map((name) => join(data, name))
    .filter((path) => existsSync(path))
    .map((path) => [path, readFileSync(path, "latin1")] as const);
  for (const [place, text] of [["its answers", said] as const, ...kept]) {
    const found = secrets.filter((secret) => text.includes(secret)).length;
    expect(found, `secrets in ${place}`).toBe(0);
  }
}
