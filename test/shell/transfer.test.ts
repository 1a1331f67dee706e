import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ProviderError } from "../../src/core/errors.ts";
import type { Shell } from "../../src/core/ports/shell.ts";
import { createLocalShell } from "../../src/shell/local.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { tarArchive, type TarEntry } from "./tar-archive.ts";

const limit = { timeoutMs: 10_000 };
const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };

/** A machine whose tar is replaced by a script; what it packs is always taken for a directory. */
function machineWithTar(script: string, ...args: string[]): Shell {
  const shell = createLocalShell({
    env,
    cwd: temporaryDirectory(),
    wrap: (argv) => (argv[0] === "tar" ? ["sh", "-c", script, "sh", ...args] : [...argv]),
  });
  onTestFinished(() => shell.close());
  return shell;
}

async function machineThatSends(archive: Buffer): Promise<Shell> {
  const path = join(temporaryDirectory(), "archive.tar");
  await writeFile(path, archive);
  return machineWithTar('cat "$1"', path);
}

/** A directory with room beside the target, which must stay as it is. */
async function places(): Promise<{ root: string; target: string }> {
  const root = temporaryDirectory();
  const target = join(root, "target");
  await mkdir(target);
  await writeFile(join(root, "beside"), "untouched");
  return { root, target };
}

describe("get from a machine whose tar is hostile", () => {
  const attacks: Record<string, TarEntry[]> = {
    "an absolute name": [{ name: "ABSOLUTE/escaped", type: "0", content: "x" }],
    "a name that leads up": [{ name: "../escaped", type: "0", content: "x" }],
    "a name that leads up on the way": [{ name: "a/../../escaped", type: "0", content: "x" }],
    "a file through an absolute link": [
      { name: "way", type: "2", linkName: "ABSOLUTE" },
      { name: "way/escaped", type: "0", content: "x" },
    ],
    "a file through a relative link": [
      { name: "way", type: "2", linkName: "../.." },
      { name: "way/escaped", type: "0", content: "x" },
    ],
    "a file through a chain of links": [
      { name: "dir", type: "5", mode: 0o755 },
      { name: "dir/up", type: "2", linkName: ".." },
      { name: "way", type: "2", linkName: "dir/up/.." },
      { name: "way/escaped", type: "0", content: "x" },
    ],
    "a file over its own link": [
      { name: "same", type: "2", linkName: "../../beside" },
      { name: "same", type: "0", content: "x" },
    ],
    "a hard link to a file outside": [
      { name: "hard", type: "1", linkName: "ABSOLUTE/beside" },
      { name: "hard", type: "0", content: "x" },
    ],
    "a hard link that leads up": [{ name: "hard", type: "1", linkName: "../../beside" }],
    "a device": [{ name: "device", type: "3" }],
  };

  it.each(Object.keys(attacks))("lets nothing land outside: %s", async (name) => {
    const { root, target } = await places();
    const entries = (attacks[name] ?? []).map((entry) => ({
      ...entry,
      name: entry.name.replace("ABSOLUTE", root),
      ...(entry.linkName && { linkName: entry.linkName.replace("ABSOLUTE", root) }),
    }));
    const shell = await machineThatSends(tarArchive(entries));
    const failure = await shell.get("/", target, limit).catch((error: unknown) => error);
    expect(failure ?? new ProviderError("none", { kind: "permanent" })).toBeInstanceOf(
      ProviderError,
    );
    expect(readdirSync(root)).toEqual(["beside", "target"]);
    expect(readFileSync(join(root, "beside"), "utf8")).toBe("untouched");
    expect(statSync(join(root, "beside")).nlink).toBe(1);
    for (const path of readdirSync(target, { recursive: true, encoding: "utf8" })) {
      const entry = lstatSync(join(target, path));
      expect([entry.isFile() || entry.isDirectory(), path]).toEqual([true, path]);
    }
  });

  it("takes the right to run as another user away", async () => {
    const { target } = await places();
    const entries: TarEntry[] = [{ name: "program", type: "0", content: "x", mode: 0o6755 }];
    const shell = await machineThatSends(tarArchive(entries));
    await shell.get("/", target, limit);
    expect(lstatSync(join(target, "program")).mode & 0o7777).toBe(0o755);
  });

  it("moves and removes directories that nobody may enter", async () => {
    const { target } = await places();
    const closed: TarEntry[] = [
      { name: "closed", type: "5", mode: 0o000 },
      { name: "closed/inner", type: "5", mode: 0o555 },
      { name: "closed/inner/file", type: "0", content: "x", mode: 0o000 },
    ];
    await (await machineThatSends(tarArchive(closed))).get("/", target, limit);
    expect(lstatSync(join(target, "closed")).mode & 0o777).toBe(0);
    expect(lstatSync(join(target, "closed/inner")).mode & 0o777).toBe(0o555);

    const refused = await machineThatSends(tarArchive([...closed, { name: "bad", type: "3" }]));
    await expect(refused.get("/", target, limit)).rejects.toThrow(ProviderError);
    expect(readdirSync(target)).toEqual(["closed"]);
  });

  it("replaces a link in the target instead of following it", async () => {
    const { root, target } = await places();
    await symlink("..", join(target, "out"));
    const shell = await machineThatSends(
      tarArchive([
        { name: "out", type: "5", mode: 0o755 },
        { name: "out/beside", type: "0", content: "x" },
      ]),
    );
    await shell.get("/", target, limit);
    expect(readFileSync(join(root, "beside"), "utf8")).toBe("untouched");
    expect(readFileSync(join(target, "out/beside"), "utf8")).toBe("x");
  });

  it("never replaces a directory by a file", async () => {
    const { target } = await places();
    await mkdir(join(target, "kept"));
    const shell = await machineThatSends(tarArchive([{ name: "kept", type: "0", content: "x" }]));
    await expect(shell.get("/", target, limit)).rejects.toThrow('"kept" is a directory here');
    expect(lstatSync(join(target, "kept")).isDirectory()).toBe(true);
  });

  it("keeps names that are no UTF-8", async () => {
    const { target } = await places();
    const archive = tarArchive([{ name: "n?me", type: "0", content: "x" }]);
    // The checksum counts bytes: what one gains, another loses.
    archive[1] = 0xff;
    archive.write("0".repeat(6), 148);
    const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    const blank = archive.subarray(148, 156).reduce((total, byte) => total + byte, 0);
    archive.write((sum - blank + 8 * 32).toString(8).padStart(6, "0"), 148);
    await (await machineThatSends(archive)).get("/", target, limit);
    expect(readdirSync(target, { encoding: "buffer" })).toEqual([
      Buffer.from([0x6e, 0xff, 0x6d, 0x65]),
    ]);
  });

  it.each([
    ["sends no archive", "head -c 20000 /dev/zero | tr '\\0' x"],
    ["sends nothing", "exit 0"],
    ["breaks off", 'head -c 700 "$1"; exit 2'],
    ["says it failed after all was sent", 'cat "$1"; echo "could not read it all" >&2; exit 2'],
  ])("takes nothing from one that %s", async (_name, script) => {
    const { target } = await places();
    const path = join(temporaryDirectory(), "archive.tar");
    await writeFile(path, tarArchive([{ name: "file", type: "0", content: "x".repeat(5_000) }]));
    const shell = machineWithTar(script, path);
    await expect(shell.get("/", target, limit)).rejects.toThrow(ProviderError);
    expect(readdirSync(target)).toEqual([]);
  });

  it("stops one that never stops sending, at the bound", async () => {
    const { target } = await places();
    const shell = machineWithTar("cat /dev/zero");
    const got = shell.get("/", target, { ...limit, maxBytes: 1_000_000 });
    await expect(got).rejects.toThrow(ProviderError);
    expect(readdirSync(target)).toEqual([]);
  });

  it("does not wait for one that sends nothing, longer than its limit", async () => {
    const { target } = await places();
    const shell = machineWithTar("sleep 300");
    await expect(shell.get("/", target, { timeoutMs: 300 })).rejects.toThrow("longer than 300 ms");
    expect(readdirSync(target)).toEqual([]);
  });

  it("refuses a small archive of a file that would be huge", async () => {
    const { target } = await places();
    const huge = temporaryDirectory();
    const sparse = machineWithTar(`truncate -s 1T ${huge}/file; tar -C ${huge} -cSf - .`);
    const got = sparse.get("/", target, { ...limit, maxBytes: 1_000_000 });
    await expect(got).rejects.toThrow("larger than 1000000 bytes");
    expect(readdirSync(target)).toEqual([]);
  });
});

describe("put to a machine whose tar fails", () => {
  it("gives its words", async () => {
    const source = temporaryDirectory();
    await writeFile(join(source, "file"), "x".repeat(3_000_000));
    const shell = machineWithTar("echo 'disk full\u001b[31m' >&2; exit 2");
    await expect(shell.put(source, "/tmp", limit)).rejects.toThrow(/^Cannot put .*: disk full$/);
  });

  it("stops at the bound", async () => {
    const source = temporaryDirectory();
    await writeFile(join(source, "file"), "x".repeat(3_000_000));
    const shell = machineWithTar("cat >/dev/null");
    const put = shell.put(source, "/tmp", { ...limit, maxBytes: 1_000_000 });
    await expect(put).rejects.toThrow("larger than 1000000 bytes");
  });
});
