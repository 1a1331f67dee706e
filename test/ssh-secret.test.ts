import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSshSecret } from "../src/ssh-secret.ts";
import { temporaryDirectory } from "./temp-directory.ts";

it("the SSH secret is made once, for its user alone, and another for each hub", async () => {
  const [one, two] = [temporaryDirectory(), temporaryDirectory()];
  const secret = await readSshSecret(one);
  expect(secret).toHaveLength(32);
  expect(await readSshSecret(one)).toEqual(secret);
  expect(await readSshSecret(two)).not.toEqual(secret);
  expect(statSync(join(one, "ssh-secret")).mode & 0o777).toBe(0o600);
});

it("an SSH secret that is damaged is named and not replaced", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "ssh-secret");
  writeFileSync(path, "abc\n");
  await expect(readSshSecret(directory)).rejects.toThrow(`Cannot use "${path}"`);
  expect(readFileSync(path, "utf8")).toBe("abc\n");
});
