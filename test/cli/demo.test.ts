import { readdirSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { processesNaming } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { run } from "./run.ts";

// It makes and destroys three thopters.
vi.setConfig({ testTimeout: 180_000 });

it("the demo checks what it claims, ends well and leaves nothing", async () => {
  const TMPDIR = temporaryDirectory();
  const { code, stdout, stderr } = await run({ TMPDIR }, "demo");
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/\nAll \d+ claims were checked, in [\d.]+ s\.\n$/);
  expect(stdout).not.toContain("✗");
  expect(readdirSync(TMPDIR)).toEqual([]);
  expect(processesNaming(TMPDIR)).toEqual([]);
});
