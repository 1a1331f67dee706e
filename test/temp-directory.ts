import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Makes an empty directory for the running test, removed when the test ends. What the test stops
 * in an `onTestFinished` of its own, registered later, is stopped before the directory goes.
 */
export function temporaryDirectory(): string {
  const root = process.env["THOPTER_TEST_ROOT"];
  if (root === undefined) {
    throw new Error(
      "Cannot make a temporary directory: THOPTER_TEST_ROOT is not set. Run vitest with --config test/vitest.config.ts.",
    );
  }
  const directory = mkdtempSync(join(root, "t-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
