import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSecretFile } from "../../src/secrets/secret-file.ts";
import { temporaryDirectory } from "../temp-directory.ts";

it("a secret is made once, for its user alone, and another for each hub", async () => {
  const [one, two] = [temporaryDirectory(), temporaryDirectory()];
  const secret = await readSecretFile(one, "ssh-secret");
  expect(secret).toHaveLength(32);
  expect(await readSecretFile(one, "ssh-secret")).toEqual(secret);
  expect(await readSecretFile(two, "ssh-secret")).not.toEqual(secret);
  expect(statSync(join(one, "ssh-secret")).mode & 0o777).toBe(0o600);
});

it("a secret that is damaged is named and not replaced", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "ssh-secret");
  writeFileSync(path, "abc\n");
  await expect(readSecretFile(directory, "ssh-secret")).rejects.toThrow(`Cannot use "${path}"`);
  expect(readFileSync(path, "utf8")).toBe("abc\n");
});
