import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { settings } from "../../src/config/settings.ts";
import { jsonOf, nowhere, run, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

type Shown = {
  file: string;
  settings: { name: string; value?: string; source: string; about: string }[];
  problems: string[];
};

/** A data directory with this env file, and no hub. */
function placeWith(...lines: readonly string[]): Record<string, string> & { directory: string } {
  const env = nowhere();
  const directory = env["THOPTER_DATA_DIR"] ?? "";
  writeFileSync(join(directory, "env"), lines.join("\n"));
  return { ...env, directory };
}

async function shownBy(env: Record<string, string>, ...args: string[]): Promise<Shown> {
  return jsonOf(await runHere(env, "config", ...args, "--json")) as Shown;
}

it("shows every setting with where it comes from, without a hub, and hides each secret", async () => {
  const { directory, ...env } = placeWith(
    "MAX_THOPTERS=7",
    "MAX_QUEUE_SIZE=8",
    "GITHUB_TOKEN=a-token-of-no-known-shape",
    "THOPTER_AGENT_COMMAND=agent --key a-token-of-no-known-shape",
    "THOPTER_TOKEN=the-file-is-not-asked-for-it",
    "THOPTER_DATA_DIR=/nor/for/that",
  );
  const environment = { ...env, MAX_QUEUE_SIZE: "9", THOPTER_TOKEN: "thp_person_secret" };
  const ran = await run(environment, "config");
  expect(ran).toMatchObject({ code: 0, stderr: `The env file is ${join(directory, "env")}.\n` });
  const lines = ran.stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(1 + Object.keys(settings.shape).length + 2);
  for (const line of [
    "SETTING\tVALUE\tFROM",
    "MAX_THOPTERS\t7\tenv file",
    "MAX_QUEUE_SIZE\t9\tenvironment",
    "PROVISION_MAX_WAIT\t60s\tdefault",
    "FLY_VM_SIZE\tshared-cpu-2x\tdefault",
    "THOPTER_LOCAL_REPOSITORIES\tfalse\tdefault",
    "QUEUE_TIMEOUT\t\tnot set",
    `THOPTER_DATA_DIR\t${directory}\tenvironment`,
    "GITHUB_TOKEN\t[hidden]\tenv file",
    "THOPTER_TOKEN\t[hidden]\tenvironment",
    "THOPTER_AGENT_COMMAND\tagent --key [redacted]\tenv file",
    "FLY_API_TOKEN\t\tnot set",
  ]) {
    expect(lines).toContain(line);
  }
  const json = await run(environment, "config", "--json");
  for (const secret of ["a-token-of-no-known-shape", "thp_person_secret"]) {
    expect(ran.stdout).not.toContain(secret);
    expect(json.stdout).not.toContain(secret);
  }
});

it("shows what each default is written as: what it prints can be set again", async () => {
  const env = nowhere();
  const { settings: all } = await shownBy(env);
  const again: Record<string, string> = {};
  for (const { name, value, source } of all)
    if (source === "default" && value !== undefined) again[name] = value;
  expect(Object.keys(again).length).toBeGreaterThan(10);
  const { problems, settings: same } = await shownBy({
    ...env,
    ...again,
  });
  expect(problems).toEqual([]);
  expect(same.map(({ name, value }) => [name, value])).toEqual(
    all.map(({ name, value }) => [name, value]),
  );
});

it("shows only what is set, or only what is named with its meaning", async () => {
  const { directory: _directory, ...env } = placeWith("MAX_THOPTERS=7");
  const set = await shownBy(env, "--set");
  expect(set.settings.map(({ name }) => name)).toEqual(["THOPTER_DATA_DIR", "MAX_THOPTERS"]);
  const named = await runHere(env, "config", "max_thopters");
  expect(named.stdout).toBe(
    "SETTING\tVALUE\tFROM\tMEANING\nMAX_THOPTERS\t7\tenv file\thow many thopters may exist\n",
  );
  const none = await runHere(env, "config", "MAX_THOPTRES");
  expect(none).toMatchObject({ code: 5, stdout: "" });
  expect(none.stderr).toContain('Cannot show the setting "MAX_THOPTRES"');
});

it("shows what does not fit as well, says why, and ends with 2", async () => {
  const { directory: _directory, ...env } = placeWith("MAX_THOPTERS=many", "GITHUB_TOKEN=hushhush");
  const ran = await runHere({ ...env, FLY_REACH: "hushhush", THOPTER_URL: "hub" }, "config");
  expect(ran.code).toBe(2);
  expect(ran.stdout).toContain("MAX_THOPTERS\tmany\tenv file");
  expect(ran.stderr).toMatch(/^A hub would not start with this:$/m);
  expect(ran.stderr).toContain('MAX_THOPTERS: "many" does not fit');
  expect(ran.stderr).toContain('THOPTER_URL: "hub" does not fit');
  expect(ran.stderr).toContain('FLY_REACH: "[redacted]" does not fit');
});

it("shows which agent is chosen where none is set, and why", async () => {
  const shown = await runHere(nowhere(), "config", "THOPTER_AGENT");
  expect(shown.stdout).toContain(
    "THOPTER_AGENT\tcommand\tchosen\twhat runs in a thopter; command, for no login of an agent is set\n",
  );
  const set = await runHere({ ...nowhere(), THOPTER_AGENT: "command" }, "config", "THOPTER_AGENT");
  expect(set.stdout).toContain("THOPTER_AGENT\tcommand\tenvironment");
});
