import { readdirSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { processesNaming } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { run } from "./run.ts";

// It makes and destroys three thopters.
vi.setConfig({ testTimeout: 180_000 });

it.each([
  { provider: "local", args: [] },
  { provider: "fly", args: ["--provider", "fly"] },
])("the demo on $provider checks what it claims, ends well and leaves nothing", async (shown) => {
  const TMPDIR = temporaryDirectory();
  // Whoever has an account at Fly does not play with it.
  const env = { TMPDIR, FLY_API_TOKEN: "a-real-one", FLY_APP: "real", FLY_REACH: "tls" };
  const { code, stdout, stderr } = await run(env, "demo", ...shown.args);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/\nAll \d+ claims were checked, in [\d.]+ s\.\n$/);
  expect(stdout).not.toContain("✗");
  expect(readdirSync(TMPDIR)).toEqual([]);
  expect(processesNaming(TMPDIR)).toEqual([]);
});
