import {
  appendFileSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claudeRecord } from "../../src/agents/claude-record.ts";
import { createConversations } from "../../src/agents/conversations.ts";
import { openTranscript } from "../../src/agents/transcript-file.ts";
import { UserError } from "../../src/core/errors.ts";
import type { TranscriptPage, TranscriptRequest } from "../../src/core/ports/agent.ts";
import { openCommandSession } from "./command-session.ts";

const signal = new AbortController().signal;
const id = "0a1b2c3d-0000-4000-8000-00000000000";

function said(text: string, patch: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ type: "assistant", message: { content: text }, ...patch })}\n`;
}

function open() {
  const { session } = openCommandSession();
  const projects = join(session.places.home, ".claude/projects");
  const directory = join(projects, "-clone");
  mkdirSync(directory, { recursive: true });
  const { readTranscript } = createConversations(claudeRecord);
  let conversation: string | undefined;
  const read = (request: Partial<TranscriptRequest> = {}): Promise<TranscriptPage> =>
    readTranscript(session, { maxBytes: 10_000, conversation, ...request }, signal);
  return {
    session,
    projects,
    directory,
    read,
    path: (number: number) => join(directory, `${id}${number}.jsonl`),
    tell(told: string) {
      conversation = told;
    },
    texts: async (request: Partial<TranscriptRequest> = {}) =>
      (await read(request)).entries.map(({ text }) => text),
  };
}

describe("Claude Code's transcript", () => {
  it("is empty where there is none", async () => {
    const { read, projects } = open();
    expect(await read()).toEqual({ entries: [] });
    rmSync(projects, { recursive: true });
    expect(await read()).toEqual({ entries: [] });
  });

  it("is read by pages, from the newest, and all of it once", async () => {
    const { read, path } = open();
    const texts = Array.from({ length: 2000 }, (_, index) => `entry ${index} ${"ü🚁".repeat(200)}`);
    writeFileSync(path(1), texts.map((text) => said(text)).join(""));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page: TranscriptPage = await read({
        maxBytes: 100_000,
        ...(before !== undefined && { before }),
      });
      expect(page.entries.length).toBeGreaterThan(0);
      expect(page.entries.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(100_001);
      seen.unshift(...page.entries.map(({ text }) => text));
      before = page.before;
    } while (before !== undefined);
    expect(seen).toEqual(texts);
  });

  it("keeps its older pages where they were while it grows", async () => {
    const { read, path, texts } = open();
    writeFileSync(path(1), ["a", "b", "c", "d"].map((text) => said(text)).join(""));
    const { before = "", entries } = await read({ maxEntries: 2 });
    expect(entries.map(({ text }) => text)).toEqual(["c", "d"]);
    appendFileSync(path(1), said("e"));
    expect(await texts({ before })).toEqual(["a", "b"]);
    expect(await texts({ maxEntries: 2 })).toEqual(["d", "e"]);
    expect(await texts({ maxBytes: 1 })).toEqual(["e"]);
  });

  it("is the conversation that its hooks told of, else the newest", async () => {
    const { path, texts, tell } = open();
    writeFileSync(path(1), said("older"));
    utimesSync(path(1), 1000, 1000);
    writeFileSync(path(2), said("newer"));
    expect(await texts()).toEqual(["newer"]);
    tell(`${id}1`);
    expect(await texts()).toEqual(["older"]);
    tell("../../../etc/passwd");
    expect(await texts()).toEqual(["newer"]);
  });

  it.each(["x", `${id}1`, `${id}1.-5`, `${id}1.9e9`, `${id}9.5`, "../../x.1"])(
    "has no page %j",
    async (before) => {
      const { path, read } = open();
      writeFileSync(path(1), said("a"));
      await expect(read({ before })).rejects.toThrow(UserError);
    },
  );

  it("passes over megabytes without an end, and what is behind them is on another page", async () => {
    const { path, texts, read } = open();
    const nonsense = "x".repeat(6_000_000);
    writeFileSync(path(1), `${said("first")}${nonsense}\n${said("last")}`);
    expect(await texts()).toEqual(["last"]);
    const seen: string[] = [];
    let { before } = await read();
    for (let pages = 0; before !== undefined && pages < 10; pages += 1) {
      const page: TranscriptPage = await read({ before });
      seen.push(...page.entries.map(({ text }) => text));
      before = page.before;
    }
    expect(seen).toEqual(["first"]);
  });

  it("follows no link, wherever it stands, and reads no pipe", async () => {
    const { session, projects, directory, path, read } = open();
    const secret = join(session.places.run, "secret.jsonl");
    mkdirSync(session.places.run, { recursive: true });
    writeFileSync(secret, said("a secret"));
    symlinkSync(secret, path(1));
    await session.shell.run(["mkfifo", path(2)], { timeoutMs: 5000 });
    mkdirSync(path(3));
    expect(await read()).toEqual({ entries: [] });
    // A directory of projects elsewhere, then all of them.
    const elsewhere = join(session.places.run, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, `${id}4.jsonl`), said("a secret"));
    rmSync(directory, { recursive: true });
    symlinkSync(elsewhere, directory);
    expect(await read()).toEqual({ entries: [] });
    rmSync(projects, { recursive: true });
    mkdirSync(join(session.places.run, "all"));
    symlinkSync(elsewhere, join(session.places.run, "all/-clone"));
    symlinkSync(join(session.places.run, "all"), projects);
    expect(await read()).toEqual({ entries: [] });
  });

  it("is not read where a link takes its place after it was found", async () => {
    const { session, directory, path } = open();
    const secret = join(session.places.home, "secret");
    writeFileSync(secret, said("a secret"));
    symlinkSync(secret, path(1));
    symlinkSync(directory, `${directory}-link`);
    writeFileSync(path(2), said("plain"));
    const bytesAt = async (file: string) =>
      (await openTranscript(session, file).readBefore(undefined, signal)).bytes.length;
    expect(await bytesAt(path(2))).toBeGreaterThan(0);
    expect(await bytesAt(path(1))).toBe(0);
    expect(await bytesAt(path(2).replace("-clone", "-clone-link"))).toBe(0);
  });

  it("is found among many other files of odd names", async () => {
    const { directory, path, texts } = open();
    for (let number = 0; number < 300; number += 1) {
      writeFileSync(join(directory, `odd ${number}\n.jsonl`), said("odd"));
      writeFileSync(join(directory, `agent-${number}.jsonl`), said("a helper"));
    }
    writeFileSync(path(1), said("mine"));
    utimesSync(path(1), 1000, 1000);
    linkSync(path(1), join(directory, "also-me.jsonl"));
    expect(await texts()).toEqual(["mine"]);
  });
});
