import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openSpool } from "../../src/agents/spool.ts";
import type { Spool } from "../../src/agents/spool.ts";
import { createLocalShell } from "../../src/shell/local.ts";
import { openShell } from "../shell/ssh-fixture.ts";
import type { OpenShell } from "../shell/ssh-fixture.ts";
import { startSshd } from "../shell/sshd.ts";
import { temporaryDirectory } from "../temp-directory.ts";

// Where the system tells tail nothing, it looks by itself, and for another file only now and then.
const soon = { timeout: 25_000, interval: 50 };
vi.setConfig({ testTimeout: 60_000 });
const signal = () => new AbortController().signal;

const shells: Record<string, () => Promise<OpenShell>> = {
  async local() {
    const directory = temporaryDirectory();
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };
    return { shell: createLocalShell({ env, cwd: directory }), directory };
  },
  SSH: async () => openShell(await startSshd()),
};

describe.each(Object.entries(shells))("a spool over a %s shell", (_name, open) => {
  async function setUp(): Promise<{ spool: Spool; status: () => Promise<string | undefined> }> {
    const { shell, directory } = await open();
    const run = join(directory, "it's run");
    mkdirSync(run);
    const spool = openSpool({ shell, places: { home: directory, run } });
    return { spool, status: async () => (await spool.read(signal())).report?.status };
  }

  function report(spool: Spool, status: string): void {
    appendFileSync(spool.path, `${JSON.stringify({ status })}\n`);
  }

  /** Follows it, and counts the news. */
  function follow(spool: Spool): { news: () => number; ended: Promise<void>; stop: () => void } {
    const controller = new AbortController();
    let count = 0;
    const ended = spool.follow(() => (count += 1), controller.signal);
    onTestFinished(async () => {
      controller.abort();
      await ended;
    });
    return { news: () => count, ended, stop: () => controller.abort() };
  }

  it("reads what is there, and nothing where there is no file", async () => {
    const { spool, status } = await setUp();
    expect(await status()).toBeUndefined();
    report(spool, "done");
    expect(await status()).toBe("done");
  });

  it("notes privately, and never on the line that an agent left open", async () => {
    const { spool, status } = await setUp();
    await spool.note({ hub: "launched" }, signal());
    expect(statSync(spool.path).mode & 0o777).toBe(0o600);
    appendFileSync(spool.path, '{"status":"idle"}');
    expect(await status()).toBe("idle");
    await spool.note({ hub: "told" }, signal());
    expect(await status()).toBeUndefined();
    expect(readFileSync(spool.path, "utf8")).toContain('{"status":"idle"}\n{"hub":"told"}\n');
  });

  it("reads the end of one that is very long, at once", async () => {
    const { spool, status } = await setUp();
    report(spool, "idle");
    truncateSync(spool.path, 50_000_000_000);
    expect(await status()).toBeUndefined();
    appendFileSync(spool.path, "\n");
    report(spool, "done");
    expect(await status()).toBe("done");
  });

  it("reads nothing that is no plain file, and makes a note put that right", async () => {
    const { spool, status } = await setUp();
    const secret = `${spool.path}.other`;
    writeFileSync(secret, '{"status":"done"}\n');
    symlinkSync(secret, spool.path);
    expect(await status()).toBeUndefined();
    await spool.note({ hub: "told" }, signal());
    expect(readFileSync(secret, "utf8")).toBe('{"status":"done"}\n');
    rmSync(spool.path);
    execFileSync("mkfifo", [spool.path]);
    expect(await status()).toBeUndefined();
    await spool.note({ hub: "told" }, signal());
    expect(statSync(spool.path).isFile()).toBe(true);
  });

  it("tells of what is appended, of a file that appears, and of one that is cut or replaced", async () => {
    const { spool } = await setUp();
    const { news } = follow(spool);
    /** Until what was written before has been told: a file that is cut before it was read is not news. */
    async function settled(): Promise<void> {
      let last = -1;
      const isQuiet = (): boolean => last === (last = news());
      await expect.poll(isQuiet, { timeout: 25_000, interval: 700 }).toBe(true);
    }
    async function expectNews(cause: () => void): Promise<void> {
      await settled();
      const before = news();
      cause();
      await expect.poll(news, soon).toBeGreaterThan(before);
    }
    await expect.poll(news, soon).toBeGreaterThan(0);
    await expectNews(() => report(spool, "working"));
    await expectNews(() => report(spool, "done"));
    await expectNews(() => writeFileSync(spool.path, ""));
    await expectNews(() => report(spool, "idle"));
    await expectNews(() => {
      rmSync(spool.path);
      // Of another length: tail takes a new file of the same length for the old one.
      report(spool, "working");
    });
  });

  it("tells of a file that is there already, and lets go when told to", async () => {
    const { spool } = await setUp();
    report(spool, "done");
    const { news, ended, stop } = follow(spool);
    await expect.poll(news, soon).toBeGreaterThan(0);
    stop();
    await ended;
  });

  it("says little of much that is written", async () => {
    const { spool } = await setUp();
    const { news } = follow(spool);
    report(spool, "working");
    await expect.poll(news, soon).toBeGreaterThan(0);
    const before = news();
    for (let count = 0; count < 20; count += 1) appendFileSync(spool.path, "x\n".repeat(5000));
    await expect.poll(news, soon).toBeGreaterThan(before);
    expect(news() - before).toBeLessThan(20);
    expect(existsSync(spool.path)).toBe(true);
  });
});
