import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { deriveHostKey } from "../../../src/providers/fly/host-key.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { tagsOf } from "./fly-harness.ts";

const secret = Buffer.from("a secret of the hub");

it("a host key is one that OpenSSH reads, with the public half that the hub expects", () => {
  const { privateFile, publicLine } = deriveHostKey(secret, tagsOf("thopter-1"));
  const path = join(temporaryDirectory(), "key");
  writeFileSync(path, privateFile, { mode: 0o600 });
  const shown = execFileSync("ssh-keygen", ["-y", "-f", path], { encoding: "utf8" });
  expect(shown.trim()).toBe(publicLine);
});

it("a host key is the same for the same machine alone", () => {
  const one = deriveHostKey(secret, tagsOf("thopter-1"));
  expect(deriveHostKey(secret, { ...tagsOf("thopter-1"), operation: "later" })).toEqual(one);
  expect(deriveHostKey(secret, tagsOf("thopter-2"))).not.toEqual(one);
  expect(deriveHostKey(secret, tagsOf("thopter-1", "hub-2"))).not.toEqual(one);
  expect(deriveHostKey(Buffer.from("another"), tagsOf("thopter-1"))).not.toEqual(one);
});
