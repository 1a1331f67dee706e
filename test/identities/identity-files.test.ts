import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leftOutOf } from "../../src/core/home-exclusions.ts";
import { homeLimits } from "../../src/core/identity.ts";
import { createRedactor } from "../../src/core/redact.ts";
import { createIdentityFiles } from "../../src/identities/identity-files.ts";
import { packedHome } from "../hub/packed-home.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const leftOut = leftOutOf({});
const value = "v-5f2d91c0-value";

function startWorld() {
  const directory = join(temporaryDirectory(), "identities");
  const key = randomBytes(32);
  const redact = createRedactor([]);
  let count = 0;
  const newId = (): string => `id-${(count += 1)}`;
  const files = createIdentityFiles({ directory, key, newId, learn: redact.learn });
  const staged = (): string[] => readdirSync(join(directory, ".staged"));
  return { directory, key, redact, files, staged };
}

async function* chunksOf(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe("a home that arrives", () => {
  it("lies in a file for the hub's user alone until it is looked into, and nobody can read it", async () => {
    const { directory, files, staged } = startWorld();
    const archive = await packedHome({ ".npmrc": `//r/:_authToken=${value}` });
    const arrived = await files.receive(chunksOf(archive, 50));
    const path = join(directory, ".staged", staged()[0] ?? "");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(path).size).toBe(archive.length);
    expect(readFileSync(path).subarray(0, 2).toString("hex")).not.toBe("1f8b");
    const { upload, entries } = await files.stage(arrived.read(), leftOut);
    expect(entries).toBe(1);
    await arrived.remove();
    expect(staged()).toEqual([upload]);
  });

  it("leaves nothing when it breaks off", async () => {
    const { files, staged } = startWorld();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(100_000);
      throw new Error("the client has gone");
    }
    await expect(files.receive(broken())).rejects.toThrow("the client has gone");
    expect(staged()).toEqual([]);
  });

  it("is refused as soon as it is larger than a home may be, and leaves nothing", async () => {
    const { files, staged } = startWorld();
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1024 * 1024;
        yield Buffer.alloc(1024 * 1024);
      }
    }
    await expect(files.receive(endless())).rejects.toThrow(/larger than 20 MB packed/);
    expect(sent).toBe(homeLimits.packedBytes + 1024 * 1024);
    expect(staged()).toEqual([]);
  });

  it("is not removed by a tidying while it arrives, and is by that of the next hub", async () => {
    const { directory, key, files, staged } = startWorld();
    await files.receive(chunksOf(Buffer.from("half of it")));
    await files.tidy([]);
    expect(staged()).toHaveLength(1);
    mkdirSync(join(directory, "someone"));
    writeFileSync(join(directory, "someone", "left.tar.gz.sealed"), "x");
    const next = createIdentityFiles({
      directory,
      key,
      newId: () => "next",
      learn: () => undefined,
    });
    await next.tidy([]);
    expect(staged()).toEqual([]);
  });

  it("that is damaged on its way is refused in words", async () => {
    const { files } = startWorld();
    const archive = await packedHome({ a: "b".repeat(5000) });
    const arrived = await files.receive(chunksOf(archive.subarray(0, -20)));
    await expect(files.stage(arrived.read(), leftOut)).rejects.toThrow(/no archive of tar/);
    const gone = await files.receive(chunksOf(archive));
    await gone.remove();
    await expect(files.stage(gone.read(), leftOut)).rejects.toThrow(/Cannot read the home/);
  });
});

describe("the secrets in a home", () => {
  it("are known to the redactor once it is looked into, and again when it is installed", async () => {
    const { directory, key, files, redact } = startWorld();
    const archive = await packedHome({ ".npmrc": `//r/:_authToken=${value}`, ".bashrc": "alias" });
    const home = await files.stage(archive, leftOut);
    expect(redact(`npm says ${value}`)).toBe("npm says [redacted]");
    await files.keep("i1", home);
    const later = createRedactor([]);
    const next = createIdentityFiles({ directory, key, newId: () => "next", learn: later.learn });
    expect(later(value)).toBe(value);
    await next.home({ id: "i1", name: "mine", digest: home.digest }, leftOut);
    expect(later(value)).toBe("[redacted]");
  });
});
