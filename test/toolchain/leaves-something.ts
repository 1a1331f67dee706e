import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

// Run by leftovers.test.ts alone.
it("passes, yet leaves a process and a file", () => {
  const child = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
  child.unref();
  writeFileSync(join(process.env["THOPTER_TEST_ROOT"] ?? "", "forgotten"), String(child.pid));
  expect(child.pid).toBeDefined();
});
