import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createMachineFiles } from "../../../src/providers/local/machine-files.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { signal } from "./local-harness.ts";

it("a removal that is tried again takes nothing that this hub is making meanwhile", async () => {
  const directory = temporaryDirectory();
  const [old, own] = ["old", "own"].map((name) => join(directory, ".new", name));
  mkdirSync(String(old), { recursive: true });
  const files = createMachineFiles({ directory, runOf: (id) => join(directory, id, "run") });
  await expect(files.sweep(AbortSignal.abort())).rejects.toThrow("aborted");
  expect(existsSync(String(old))).toBe(true);
  mkdirSync(String(own));
  await files.sweep(signal);
  expect(existsSync(String(old))).toBe(false);
  expect(existsSync(String(own))).toBe(true);
});
