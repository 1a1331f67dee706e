import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Operation } from "../../src/core/operation.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { commit, git, write } from "../shell/git-fixture.ts";
import { stepOf } from "./hub.ts";
import { read, startRealHub } from "./real-hub.ts";
import type { RealHub } from "./real-hub.ts";

vi.setConfig({ testTimeout: 60_000 });

type Options = Parameters<typeof startRealHub>[0] & {
  /** Templates of the hub. */
  hubTemplates?: Record<string, string>;
};

async function start({ hubTemplates = {}, ...options }: Options = {}): Promise<RealHub> {
  const hub = await startRealHub(options);
  mkdirSync(join(hub.root, "templates"));
  for (const [name, text] of Object.entries(hubTemplates))
    writeFileSync(join(hub.root, "templates", `${name}.md`), text);
  return hub;
}

async function provisioned(
  hub: RealHub,
  patch: Partial<Thopter> = {},
): Promise<{ thopter: Thopter; operation: Operation }> {
  const { id, thopterId } = await hub.provision(patch);
  const operation = await hub.ended(id);
  expect(operation.error).toBeUndefined();
  return { operation, thopter: await hub.thopter(thopterId) };
}

/** Why a provision fails, which leaves no machine. */
async function refusalOf(hub: RealHub, patch: Partial<Thopter> = {}): Promise<string> {
  const { id, thopterId } = await hub.provision(patch);
  const failed = await hub.ended(id);
  expect(failed).toMatchObject({ status: "failed", attempts: 1 });
  await hub.destroyed(thopterId);
  expect(await hub.machines()).toBe(0);
  return failed.error?.message ?? "";
}

const by = (name: string, variables: Record<string, string> = {}): Partial<Thopter> => ({
  template: { name, variables },
});

describe("a template of a request", () => {
  it("of the hub makes what the agent is told; the task stays short", async () => {
    const hub = await start({
      hubTemplates: {
        bugfix: `{% include "rules" %}\n{{ task }} ({{ vars.ticket }}) for {{ owner }} from {{ base }}`,
        rules: "Be careful in {{ repository_name }}.",
      },
    });
    const { thopter } = await provisioned(hub, by("bugfix", { ticket: "42" }));
    const told = "Be careful in gate.\nmend the gate (42) for ann of the tests from main";
    expect(thopter).toMatchObject({ task: "mend the gate", instructions: told });
    expect(read(hub.homeOf(thopter), "task.md")).toBe(`${told}\n`);
  });

  it("of the repository is the one of the base commit, and includes others of it", async () => {
    const hub = await start({
      files: {
        ".thopter/templates/bugfix.md": `{% include "parts/rules" %}: {{ task }}`,
        ".thopter/templates/parts/rules.md": "As ever",
        ".thopter/templates/notes.txt": "no template",
      },
      hubTemplates: { bugfix: "the hub's", rules: "the hub's" },
    });
    const { thopter } = await provisioned(hub, by("repo:bugfix"));
    expect(thopter.instructions).toBe("As ever: mend the gate");
    commit(hub.seed, { ".thopter/templates/bugfix.md": `{% include "rules" %}` });
    git(hub.seed, "push", "--quiet", "origin", "main");
    expect(await refusalOfNext(hub, "repo:bugfix")).toContain(
      '.thopter/templates/bugfix.md:1: it includes "rules", which is no template of the repository',
    );
    const { thopter: plain } = await provisioned(hub, { name: "shy-heron", ...by("bugfix") });
    expect(plain.instructions).toBe("the hub's");
  });

  async function refusalOfNext(hub: RealHub, name: string): Promise<string> {
    const failed = await hub.ended((await hub.provision({ name: "odd-finch", ...by(name) })).id);
    expect(failed.status).toBe("failed");
    return failed.error?.message ?? "";
  }

  it("that is not there, or not whole, fails the provision with its line", async () => {
    const files = { ".thopter/templates/broken.md": "one\n{{ vars.nothing }}" };
    const hub = await start({ files });
    expect(await refusalOf(hub, by("repo:bugfix"))).toBe(
      'Cannot find the template "bugfix" of the repository. There are "broken".',
    );
    expect(await refusalOf(hub, by("repo:broken"))).toContain(
      '.thopter/templates/broken.md:2: there is no variable "vars.nothing"; there are task, ',
    );
    expect(await refusalOf(hub, by("bugfix"))).toContain(
      'template "bugfix" of the hub. It has none',
    );
  });

  it("is told again to the agent of a restored thopter, whatever became of the template", async () => {
    const hub = await start({ hubTemplates: { bugfix: "first: {{ task }}" } });
    const { thopter: first } = await provisioned(hub, by("bugfix"));
    commit(hub.cloneOf(first), { "hinge.txt": "mended\n" });
    const { id } = await hub.destroy(first.id);
    await hub.ended(id);
    writeFileSync(join(hub.root, "templates/bugfix.md"), "second: {{ task }}");
    const { thopter } = await provisioned(hub, {
      ...{ name: "shy-heron", branch: "thopter/shy-heron", restoreFrom: id, ...by("bugfix") },
      instructions: first.instructions ?? "",
    });
    expect(read(hub.homeOf(thopter), "task.md")).toBe("first: mend the gate\n");
  });
});

describe("hostile templates of a repository", () => {
  const template = ".thopter/templates/bugfix.md";

  async function withLink(path: string, target: string): Promise<RealHub> {
    const hub = await start({ files: { ".thopter/keep": "" } });
    write(hub.seed, { [`${path}/../keep`]: "" });
    symlinkSync(target, join(hub.seed, path));
    commit(hub.seed, {});
    git(hub.seed, "push", "--quiet", "origin", "main");
    return hub;
  }

  it.each([
    ["a file", template, "/etc/passwd"],
    ["the directory", ".thopter/templates", "/etc"],
  ])("that are a link in place of %s are not followed", async (_what, path, target) => {
    const hub = await withLink(path, target);
    expect(await refusalOf(hub, by("repo:bugfix"))).toContain(
      `Cannot use "${path}" of the repository: it is no plain file.`,
    );
  });

  it("that are too large, too many or oddly named are refused before they are read", async () => {
    const hub = await start({ files: { [template]: "x".repeat(10_000_000) } });
    expect(await refusalOf(hub, by("repo:bugfix"))).toContain("it is larger than 64 KB");
    const next = async (files: Record<string, string>): Promise<string> => {
      git(hub.seed, "rm", "-r", "--quiet", ".thopter");
      commit(hub.seed, files);
      git(hub.seed, "push", "--quiet", "origin", "main");
      return refusalOf(hub, by("repo:bugfix"));
    };
    const many = (count: number, text: string) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`.thopter/templates/t${n}.md`, text]),
      );
    expect(await next(many(51, "x"))).toContain("it has 51 templates; 50 are the most");
    expect(await next(many(9, "x".repeat(60_000)))).toContain("512 KB are the most");
    expect(await next({ ".thopter/templates/A\u001b[31mb.md": "x" })).toContain(
      'Cannot use ".thopter/templates/Ab.md" of the repository: its name is not of small letters',
    );
  });

  it("that loop for ever fail the provision, and the hub goes on", async () => {
    const files = { [template]: "{% for i in (1..1000000000) %}{% endfor %}" };
    const hub = await start({ files });
    expect(await refusalOf(hub, by("repo:bugfix"))).toContain(
      "bugfix.md:1: it works with too much",
    );
    expect((await provisioned(hub, { name: "shy-heron" })).thopter.status).toBe("ready");
  });

  it("are not those of a working tree that restored work changed", async () => {
    const hub = await start({ files: { [template]: "base: {{ task }}" } });
    const { thopter: first } = await provisioned(hub);
    commit(hub.cloneOf(first), { [template]: "work: {{ task }}" });
    const { id } = await hub.destroy(first.id);
    await hub.ended(id);
    const { thopter } = await provisioned(hub, {
      ...{ name: "shy-heron", branch: "thopter/shy-heron", restoreFrom: id },
      ...by("repo:bugfix"),
    });
    expect(thopter.instructions).toBe("base: mend the gate");
    expect(read(hub.cloneOf(thopter), template)).toContain("work:");
  });
});

describe("the configuration of a repository", () => {
  const config = (text: string) => ({ ".thopter/config.yml": text });
  const setup = { ".thopter/setup": "#!/bin/sh\ntouch was-set-up\nsleep 1000\n" };

  it("that is not there changes nothing", async () => {
    const { thopter, operation } = await provisioned(await start());
    expect(stepOf(operation, "read-repository-config")?.status).toBe("skipped");
    expect(thopter.repositoryConfig).toBeUndefined();
  });

  it("fills in what the request leaves open", async () => {
    const text = "template: bugfix\nttl: 8h\nlabels: [red, blue]\nsetup: {script: false}\n";
    const hub = await start({
      files: { ...config(text), ...setup },
      hubTemplates: { bugfix: "{{ task }}: {{ labels | join: ' ' }}" },
    });
    const { thopter, operation } = await provisioned(hub, { labels: ["green", "red"] });
    expect(thopter).toMatchObject({
      ttlMs: 8 * 3_600_000,
      labels: ["green", "red", "blue"],
      instructions: "mend the gate: green red blue",
      repositoryConfig: { template: "bugfix", ttlMs: 8 * 3_600_000, setupOff: true },
    });
    expect(thopter.expiresAt).toBe((thopter.readyAt ?? 0) + 8 * 3_600_000);
    expect(stepOf(operation, "read-repository-config")?.note).toBe(
      "the template bugfix; 8 h to live; the labels blue; no setup script",
    );
    expect(stepOf(operation, "run-setup-script")?.status).toBe("skipped");
  });

  it("overrules nothing that the request says", async () => {
    const hub = await start({
      files: config("template: bugfix\nttl: 8h\n"),
      hubTemplates: { bugfix: "config: {{ task }}", other: "request: {{ task }}" },
    });
    const { thopter } = await provisioned(hub, { ttlMs: 60_000, ...by("other") });
    expect(thopter).toMatchObject({ ttlMs: 60_000, instructions: "request: mend the gate" });
    expect(thopter.repositoryConfig).toEqual({});
    const { thopter: plain } = await provisioned(hub, { name: "shy-heron", ...by("none") });
    expect(plain.instructions).toBeUndefined();
    expect(read(hub.homeOf(plain), "task.md")).toBe("mend the gate\n");
  });

  it("shortens the time of its setup script, and cannot lengthen it", async () => {
    const hub = await start({ files: { ...config("setup: {timeout: 1s}"), ...setup } });
    expect(await refusalOf(hub)).toContain("its setup script took longer than 1 s");
    const strict = await start({
      files: { ...config("setup: {timeout: 90s}"), ...setup },
      limits: { setupMs: 1000 },
    });
    expect(await refusalOf(strict)).toContain("its setup script took longer than 1 s");
    const greedy = await start({ files: config("setup: {timeout: 2h}") });
    expect(await refusalOf(greedy)).toContain('"setup.timeout" is 2 h, and a hub allows 60 min.');
  });

  it("that asks for more than it may fails the provision, and names it", async () => {
    const hub = await start({ files: config("ttl: 8h\ncommand: rm -rf ~\n") });
    expect(await refusalOf(hub)).toBe(
      'Cannot use ".thopter/config.yml" of the repository: line 2: it may not set "command"; it may set labels, setup, template, ttl. Mend it on the base branch, then provision again.',
    );
    const labels = Array.from({ length: 20 }, (_, number) => `l${number}`);
    const full = await start({ files: config("labels: [one-more]") });
    expect(await refusalOf(full, { labels })).toContain("Cannot use 21 labels");
  });

  it.each([
    ["a link", "it is no plain file"],
    ["too large", "it is larger than 16 KB"],
    ["not text", "it is not UTF-8"],
  ])("that is %s is refused", async (what, words) => {
    const hub = await start({ files: config(`# ${"x".repeat(20_000)}\n`) });
    const path = join(hub.seed, ".thopter/config.yml");
    if (what !== "too large") {
      git(hub.seed, "rm", "--quiet", ".thopter/config.yml");
      write(hub.seed, { ".thopter/keep": "" });
      if (what === "a link") symlinkSync("/etc/passwd", path);
      else writeFileSync(path, Buffer.from([0x23, 0xfc, 0x0a]));
      commit(hub.seed, {});
      git(hub.seed, "push", "--quiet", "origin", "main");
    }
    expect(await refusalOf(hub)).toContain(words);
  });
});
