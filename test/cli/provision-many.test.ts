import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { withKeys } from "../../src/cli/provision-many.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { commandLineOf, jsonOf, nowhere, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

function fileOf(...lines: readonly unknown[]): string {
  const file = join(temporaryDirectory(), "tasks.jsonl");
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  writeFileSync(file, `${text.join("\n")}\n`);
  return file;
}

async function namesIn(hub: TestHub): Promise<string[]> {
  const { items } = await hub.person.call("listThopters", {});
  return items.map(({ name }) => name).toSorted();
}

type Answered = { items: { outcome: string; thopter?: { name: string } }[]; counts: object };

describe("many at once", () => {
  it("are made of one task, and again with the same key are the same", async () => {
    const hub = await startHub();
    const thopter = commandLineOf(hub);
    const made = await thopter(
      ...["provision", "count", "--repo", hub.repository, "--count", "2", "--name", "owl"],
      ...["--key", "monday"],
    );
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toBe(
      "THOPTER\tREQUEST\tNOW\nowl-1\tnew\tsucceeded\nowl-2\tnew\tsucceeded\n",
    );
    expect(made.stderr).toMatch(/\n2 new\.\n$/);
    const env = { THOPTER_DATA_DIR: hub.data };
    const again = await runHere(
      env,
      ...["provision", "count", "--repo", hub.repository, "--count", "3", "--name", "owl"],
      ...["--key", "monday", "--json"],
    );
    const answered = jsonOf(again) as Answered;
    expect(answered.counts).toEqual({ new: 1, repeated: 2, refused: 0 });
    expect(answered.items.map(({ outcome }) => outcome)).toEqual(["repeated", "repeated", "new"]);
    expect(await namesIn(hub)).toEqual(["owl-1", "owl-2", "owl-3"]);
    await hub.end();
  });

  it("come from a file, each accepted or refused by itself, and only what is missing again", async () => {
    const hub = await startHub();
    const thopter = commandLineOf(hub);
    await hub.person.call("pause", { scope: "provision" });
    await hub.provision({ name: "jade-owl" });
    const file = fileOf(
      { task: "one", name: "amber-falcon", labels: ["x"], ttl: "8h", priority: "high" },
      "",
      { task: "two", name: "jade-owl" },
      { task: "three", repository: hub.repository, name: "tawny-owl" },
    );
    const flags = ["--from", file, "--repo", hub.repository, "--label", "batch", "--no-wait"];
    const asked = await thopter("provision", ...flags);
    expect(asked.code).toBe(1);
    const rows = asked.stdout.trimEnd().split("\n").slice(1);
    expect(rows[0]).toMatch(/^amber-falcon\tnew\tIt waits: /);
    expect(rows[1]).toMatch(
      /^jade-owl\trefused\tCannot name a thopter "jade-owl": the name is taken/,
    );
    expect(rows[2]).toMatch(/^tawny-owl\tnew\tIt waits: /);
    expect(asked.stderr).toBe(
      "2 new, 1 refused.\nOf 3: 1 refused, 0 failed. The same again asks only for what is missing.\n",
    );
    const { items } = await hub.person.call("listThopters", { label: "batch" });
    expect(items).toContainEqual(
      expect.objectContaining({ name: "amber-falcon", labels: ["batch", "x"] }),
    );
    const here = (...more: readonly string[]) =>
      runHere({ THOPTER_DATA_DIR: hub.data }, "provision", ...flags, ...more);
    await hub.destroyed("jade-owl");
    const again = jsonOf(await here("--json")) as Answered;
    expect(again.items.map(({ outcome }) => outcome)).toEqual(["repeated", "new", "repeated"]);
    expect(await namesIn(hub)).toEqual(["amber-falcon", "jade-owl", "tawny-owl"]);
    await hub.end();
  });

  it.each([
    [["{"], /line 1: /],
    [[{ task: "x" }, { tsk: "y" }], /line 2: .*tsk/],
    [[{ task: "x", ttl: "soon" }], /line 1: ttl: give a time such as 8h/],
    [[""], /it has 0; give 1 to 1000/],
    [[{ task: "x" }], /without a repository/],
  ])("of a file that is wrong are none: %j", async (lines, words) => {
    const ran = await runHere(nowhere(), "provision", "--from", fileOf(...lines));
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(words);
  });

  it("have keys that follow what is asked for, and differ for each", () => {
    const request = { task: "x", repository: "a/b" };
    const asked = withKeys(
      [request, request, { ...request, task: "y" }, { ...request, key: "k" }],
      "p",
    );
    const keys = asked.map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
    expect(keys[3]).toBe("k");
    expect(withKeys([{ ...request, task: "y" }, request], "p").map(({ key }) => key)).toEqual([
      keys[2],
      keys[0],
    ]);
    expect(withKeys([request], "q")[0]?.key).not.toBe(keys[0]);
  });
});
