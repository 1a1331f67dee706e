import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { makeRepository } from "../hub/repository.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { commandLineOf, jsonOf, nowhere, run, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const bugfix = `---
description: Mends a bug
variables:
  ticket: {description: its number, required: true}
  depth: {default: 3}
---
{% include "team/rules" %}
{{ task }} (#{{ vars.ticket }})
`;

function put(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

it("templates are listed, shown and tried out, and thopters are made with them", async () => {
  const files = {
    ".thopter/templates/plain.md": "Repository: {{ task }} {{ vars.a }}",
    ".thopter/config.yml": "labels: [from-config]\n",
  };
  const hub = await startHub({ files });
  put(join(hub.data, "templates"), { "bugfix.md": bugfix, "team/rules.md": "Tread softly." });
  const thopter = commandLineOf(hub);
  const here: typeof thopter = (...args) => runHere({ THOPTER_DATA_DIR: hub.data }, ...args);

  expect(await thopter("template", "list")).toEqual({
    code: 0,
    stdout:
      "TEMPLATE\tVARIABLES\tDESCRIPTION\nbugfix\tticket, depth=3\tMends a bug\nteam/rules\t\t\n",
    stderr: "",
  });
  expect(jsonOf(await here("template", "list", "--json"))).toMatchObject({
    templates: [{ name: "bugfix" }, { name: "team/rules", variables: [] }],
    problems: [],
  });
  expect((await here("template", "show", "bugfix")).stdout).toBe(bugfix);
  expect((await here("template", "show", "nothing")).code).toBe(5);
  const tried = ["template", "render", "bugfix", "--task", "mend it", "--var", "ticket=4=2"];
  expect(await here(...tried)).toEqual({
    code: 0,
    stdout: "Tread softly.\nmend it (#4=2)\n",
    stderr: "",
  });
  const lacking = await here("template", "render", "bugfix");
  expect(lacking).toMatchObject({ code: 2, stdout: "" });
  expect(lacking.stderr).toContain("Give it with --var ticket=");
  expect((await here("template", "render", "bugfix", "--var", "ticket")).code).toBe(2);

  const make = (...more: string[]) =>
    thopter("provision", "mend the gate", "--repo", hub.repository, "--json", ...more);
  expect(await make("--template", "bugfix")).toMatchObject({ code: 2 });
  const made = jsonOf(
    await make("-n", "amber-falcon", "--template", "bugfix", "--var", "ticket=7"),
  );
  expect(made).toMatchObject({
    thopter: { task: "mend the gate", template: { name: "bugfix", variables: { ticket: "7" } } },
  });
  const told = await thopter("run", "amber-falcon", "--", "cat", "../task.md");
  expect(told.stdout).toBe("Tread softly.\nmend the gate (#7)\n");
  expect((await here("status", "amber-falcon")).stdout).toMatch(/template\s+bugfix/);

  const line = {
    task: "mend the door",
    template: "repo:plain",
    variables: { a: "1" },
    name: "jade-owl",
  };
  const tasks = join(hub.directory, "tasks.jsonl");
  writeFileSync(tasks, `${JSON.stringify(line)}\n`);
  const many = await thopter("provision", "--from", tasks, "--repo", hub.repository);
  expect(many.code, many.stderr).toBe(0);
  expect((await here("run", "jade-owl", "--", "cat", "../task.md")).stdout).toBe(
    "Repository: mend the door 1\n",
  );
  expect((await here("label", "jade-owl")).stdout).toBe("from-config\n");

  await hub.kill();
  await hub.start();
  expect((await here("status", "amber-falcon")).stdout).toMatch(/template\s+bugfix/);
  await hub.end();
});

it("templates are checked without a hub, each problem with its file and line", async () => {
  const env = nowhere();
  const check = (...args: string[]) => run(env, "template", "check", ...args);
  expect(await check()).toEqual({
    code: 0,
    stdout: "0 files checked: nothing is wrong.\n",
    stderr: "",
  });
  put(join(env["THOPTER_DATA_DIR"] ?? "", "templates"), {
    "a.md": "x\n{{ tsk }}",
    "b.md": "{{ task }}",
  });
  const found = await check();
  expect(found).toMatchObject({ code: 1, stderr: "Found 1 problem.\n" });
  expect(found.stdout).toMatch(/^templates\/a\.md:2: there is no variable "tsk"; there are task, /);

  const repository = join(temporaryDirectory(), ".thopter");
  put(repository, {
    "config.yml": "ttl: 8h\nenv: {A: b}\n",
    "templates/bugfix.md": `\n{% include "rulez" %}`,
    "templates/loop.md": `{% include "loop" %}`,
  });
  symlinkSync("/etc/passwd", join(repository, "templates/link.md"));
  const inRepository = await runHere(env, "template", "check", repository);
  expect(inRepository.code).toBe(1);
  expect(inRepository.stdout.split("\n")).toEqual([
    '.thopter/config.yml:2: it may not set "env"; it may set labels, setup, template, ttl',
    ".thopter/templates/link.md:1: it is no plain file that can be read",
    '.thopter/templates/bugfix.md:2: it includes "rulez", which is no template of the repository',
    '.thopter/templates/loop.md:1: it includes itself: "loop" -> "loop"',
    "",
  ]);
  const inJson = await runHere(env, "template", "check", repository, "--json");
  expect(JSON.parse(inJson.stdout)).toMatchObject({ problems: [{ line: 2 }, {}, {}, {}] });
  expect((await runHere(env, "template", "check", "/nowhere")).code).toBe(2);
});

it("templates of a repository are listed as its HEAD has them", async () => {
  const repository = makeRepository(join(temporaryDirectory(), "gate"), {
    ".thopter/templates/bugfix.md": '---\ndescription: "of the repository\\e[31m"\n---\n{{ task }}',
  });
  writeFileSync(join(repository, ".thopter/templates/new.md"), "not committed");
  const list = (path: string) => runHere(nowhere(), "template", "list", "--repo", path);
  expect(await list(repository)).toEqual({
    code: 0,
    stdout: "TEMPLATE\tVARIABLES\tDESCRIPTION\nrepo:bugfix\t\tof the repository\n",
    stderr: "",
  });
  const elsewhere = await list(temporaryDirectory());
  expect(elsewhere.code).toBe(2);
  expect(elsewhere.stderr).toContain("Cannot list the templates");
  expect(readFileSync(join(repository, ".thopter/templates/new.md"), "utf8")).toBe("not committed");
});
