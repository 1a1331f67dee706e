import { gunzipSync, gzipSync } from "node:zlib";
import { Header, list } from "tar";
import type { ReadEntry } from "tar";
import { describe, expect, it } from "vitest";
import { leftOutOf } from "../../src/core/home-exclusions.ts";
import { homeLimits } from "../../src/core/identity.ts";
import { cleanHome } from "../../src/identities/home-archive.ts";

type Entry = {
  path: string;
  type?: "File" | "Directory" | "SymbolicLink" | "Link" | "CharacterDevice" | "FIFO" | "GNUDumpDir";
  linkpath?: string;
  content?: string;
  mode?: number;
  /** What the header says, where that is not true. */
  size?: number;
};

const leftOut = leftOutOf({});

/** An archive as anyone could write it. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.map(({ content = "", type = "File", size, ...facts }) => {
    const body = Buffer.from(content);
    const header = new Header({ mode: 0o644, ...facts, type, size: size ?? body.length });
    header.encode();
    const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
    return Buffer.concat([header.block ?? Buffer.alloc(0), body, padding]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const packed = (...entries: Entry[]): Buffer => gzipSync(tarOf(entries));

type Found = { path: string; type: string; mode: number; target: string; text: string };

async function entriesOf(archive: Buffer): Promise<Found[]> {
  const found: Found[] = [];
  const reader = list({
    strict: true,
    noResume: true,
    onReadEntry(entry: ReadEntry) {
      const { path, type, mode = 0, linkpath: target = "" } = entry;
      const chunks: Buffer[] = [];
      entry.on("data", (chunk) => chunks.push(chunk));
      entry.on("end", () =>
        found.push({ path, type, mode, target, text: Buffer.concat(chunks).toString() }),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    reader.on("end", () => resolve());
    reader.on("error", reject);
    reader.end(archive);
  });
  return found;
}

const clean = (...entries: Entry[]) => cleanHome(packed(...entries), leftOut);

describe("an archive that could do harm is refused:", () => {
  const through: Entry = { path: "a", type: "SymbolicLink", linkpath: "b" };
  const hostile: Record<string, Entry[]> = {
    "a path that leads up": [{ path: "../x" }],
    "a path that leads up from within": [{ path: "a/../../x" }],
    "an absolute path": [{ path: "/etc/x" }],
    "a path that Windows would read as another": [{ path: "a\\..\\x" }],
    "control characters in a path": [{ path: "a\u001b[2Jb" }],
    "a file through a link": [through, { path: "a/x", content: "x" }],
    "a file through a link that leads out": [
      { path: "a", type: "SymbolicLink", linkpath: "/etc" },
      { path: "a/x", content: "x" },
    ],
    "a directory that turns into a link": [{ path: "a/x" }, through],
    "a file that is there twice": [{ path: "a" }, { path: "./a" }],
    "a file through a file": [{ path: "a" }, { path: "a/b" }],
    "a hard link to a file elsewhere": [{ path: "a", type: "Link", linkpath: "/etc/passwd" }],
    "a hard link that leads up": [{ path: "a", type: "Link", linkpath: "../x" }],
    "a hard link to what is not there": [{ path: "a", type: "Link", linkpath: "b" }],
    "a hard link to a link": [through, { path: "c", type: "Link", linkpath: "a" }],
    "a device": [{ path: "a", type: "CharacterDevice" }],
    "a pipe": [{ path: "a", type: "FIFO" }],
    "a file that is said to be too large": [{ path: "a", size: homeLimits.bytes + 1 }],
    "a file that ends too early": [{ path: "a", size: 5000, content: "x" }],
  };
  it.each(Object.entries(hostile))("%s", async (_what, entries) => {
    await expect(clean(...entries)).rejects.toMatchObject({ name: "UserError" });
  });

  it("5,001 entries, of which 5,000 are fine", async () => {
    const many = Array.from({ length: homeLimits.entries }, (_, index) => ({ path: `f${index}` }));
    expect((await clean(...many)).entries).toBe(5000);
    await expect(clean(...many, { path: "one-more" })).rejects.toThrow("more than 5000 entries");
  });

  it("what unpacks to far more than it is, whichever way", async () => {
    const zeros = { path: ".cache/zeros", content: "\0".repeat(2 * homeLimits.bytes) };
    await expect(clean(zeros)).rejects.toThrow("unpacks to far more");
    const half = { path: "half", content: "x".repeat(homeLimits.bytes / 2) };
    const rest = { path: "rest", size: homeLimits.bytes / 2 + 1 };
    await expect(clean(half, rest)).rejects.toThrow("more than 100 MB");
    await expect(cleanHome(gzipSync(packed({ path: "a" })), leftOut)).rejects.toThrow("twice");
  });

  it("what is no archive at all, or a damaged one", async () => {
    const whole = packed({ path: "a", content: "hello".repeat(500) });
    for (const archive of [
      Buffer.from("hello"),
      gzipSync("hello"),
      gzipSync(Buffer.alloc(2000, 7)),
      whole.subarray(0, whole.length - 20),
      gzipSync(tarOf([{ path: "a", content: "x".repeat(600) }]).subarray(0, 800)),
      Buffer.alloc(homeLimits.packedBytes + 1),
    ]) {
      await expect(cleanHome(archive, leftOut)).rejects.toMatchObject({ name: "UserError" });
    }
  });
});

describe("a home is packed anew", () => {
  it("with plain files, directories and links, and no rights that do harm", async () => {
    const { archive, bytes, entries } = await clean(
      { path: "./", type: "Directory", mode: 0o777 },
      { path: "./bin/", type: "Directory", mode: 0o3777 },
      { path: "bin/run", content: "go", mode: 0o6777 },
      { path: "bin/secret", mode: 0 },
      { path: "bin/again", type: "Link", linkpath: "./bin/run" },
      { path: "bin/link", type: "SymbolicLink", linkpath: "../deep/er" },
      { path: "deep/er/file", content: "x".repeat(1000) },
    );
    const none = { target: "", text: "" };
    expect(await entriesOf(archive)).toEqual([
      { path: "bin", type: "Directory", mode: 0o755, ...none },
      { path: "bin/run", type: "File", mode: 0o755, ...none, text: "go" },
      { path: "bin/secret", type: "File", mode: 0o600, ...none },
      { path: "bin/again", type: "Link", mode: 0o644, ...none, target: "bin/run" },
      { path: "bin/link", type: "SymbolicLink", mode: 0o777, ...none, target: "../deep/er" },
      { path: "deep", type: "Directory", mode: 0o700, ...none },
      { path: "deep/er", type: "Directory", mode: 0o700, ...none },
      { path: "deep/er/file", type: "File", mode: 0o644, ...none, text: "x".repeat(1000) },
    ]);
    expect({ bytes, entries }).toEqual({ bytes: 1002, entries: 6 });
  });

  it("with long names, and the same bytes for the same home", async () => {
    const path = `${"d".repeat(90)}/${"é".repeat(100)}/${"f".repeat(90)}`;
    const long = { path: "short", content: "x" };
    const { archive } = await clean(long);
    expect((await clean(long)).archive.equals(archive)).toBe(true);
    const pax = gunzipSync(archive);
    expect(pax.length % 512).toBe(0);
    const again = await cleanHome(gzipSync(longTar(path)), leftOut);
    expect((await entriesOf(again.archive)).at(-1)?.path).toBe(path);
  });

  it("without links that lead out, and what is left out of every home", async () => {
    const { archive, leftOut: behind } = await clean(
      { path: "a", type: "SymbolicLink", linkpath: "/etc/passwd" },
      { path: "b", type: "SymbolicLink", linkpath: "x/../../y" },
      { path: ".bash_history", content: "x" },
      { path: ".cache/x", content: "x" },
      { path: "c", type: "Link", linkpath: ".cache/x" },
      { path: ".thopter/identity", content: "forged" },
      { path: "good" },
    );
    expect((await entriesOf(archive)).map(({ path }) => path)).toEqual(["good"]);
    expect(behind.map(({ path }) => path)).toEqual([
      ...["a", "b", ".bash_history", ".cache/x", "c", ".thopter/identity"],
    ]);
  });

  it("without what Claude Code did before", async () => {
    const state = { theme: "dark", mcpServers: { x: {} }, projects: { "/p": { history: ["x"] } } };
    const { archive } = await clean({ path: ".claude.json", content: JSON.stringify(state) });
    const [file] = await entriesOf(archive);
    expect(JSON.parse(file?.text ?? "")).toEqual({ theme: "dark", mcpServers: { x: {} } });
    const broken = await clean({ path: ".claude.json", content: "{" });
    expect((await entriesOf(broken.archive))[0]?.text).toBe("{}\n");
  });
});

/** A file with a name that no plain header holds, as GNU tar writes it. */
function longTar(path: string): Buffer {
  const name = Buffer.from(`${path}\0`);
  const header = new Header({
    path: "././@LongLink",
    type: "NextFileHasLongPath",
    size: name.length,
  });
  header.encode();
  const padding = Buffer.alloc((512 - (name.length % 512)) % 512);
  return Buffer.concat([
    ...[header.block ?? name, name, padding],
    tarOf([{ path: "cut", content: "x" }]),
  ]);
}
