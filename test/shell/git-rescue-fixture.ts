import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Clone, Git } from "../../src/core/ports/git.ts";
import { createGit } from "../../src/shell/git.ts";
import { never } from "./git-fixture.ts";
import type { Fixture } from "./git-fixture.ts";

export const gitPort = createGit();

/** A clone with what the hub recorded of it. */
export async function cloned(fixture: Fixture, name = "one"): Promise<Clone> {
  const clone = fixture.place(name);
  const { baseCommit } = await gitPort.clone(clone, fixture.request(), never);
  return { ...clone, baseCommit, repository: fixture.remote };
}

/** Saves the work and takes it to a new clone, as a restore does. */
export async function rescued(
  fixture: Fixture,
  clone: Clone,
  { name = "two", port = gitPort }: { name?: string; port?: Git } = {},
): Promise<Clone> {
  const { bundlePath } = await port.bundle(clone, never);
  expect(bundlePath).toBe(join(clone.scratch, "rescue.bundle"));
  expect(readdirSync(clone.scratch).toSorted()).toEqual(["origin-tags", "rescue.bundle"]);
  const saved = join(fixture.root, `${name}.bundle`);
  copyFileSync(bundlePath ?? "", saved);
  const place = fixture.place(name);
  const request = fixture.request({ bundlePath: saved, branch: "thopter/blue-heron" });
  await gitPort.clone(place, request, never);
  return place;
}
