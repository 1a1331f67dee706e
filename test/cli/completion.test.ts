import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { environmentWithThopter } from "./program-directory.ts";
import { nowhere, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const call = promisify(execFile);

async function offered(
  env: Record<string, string>,
  ...words: readonly string[]
): Promise<string[]> {
  const { code, stdout, stderr } = await runHere(env, "__complete", "--", ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

it("commands, options and values are offered where they may stand, without a hub", async () => {
  const env = nowhere();
  const all = await offered(env, "");
  for (const verb of ["provision", "destroy", "attach-to-nothing", "config", "completion"]) {
    expect(all.includes(verb), verb).toBe(verb !== "attach-to-nothing");
  }
  expect(all).not.toContain("__complete");
  expect(await offered(env, "prov")).toEqual(["provision"]);
  expect(await offered(env, "operation", "c")).toEqual(["cancel"]);
  expect(await offered(env, "op", "re")).toEqual(["retry"]);
  expect(await offered(env, "destroy", "--o")).toEqual(["--older-than"]);
  expect(await offered(env, "provision", "x", "--priority", "n")).toEqual(["normal"]);
  expect(await offered(env, "token", "create", "--role", "")).toEqual([
    "viewer",
    "operator",
    "admin",
  ]);
  expect(await offered(env, "person", "role", "ann", "o")).toEqual(["operator"]);
  expect(await offered(env, "init", "--provider", "")).toEqual(["local", "fly"]);
  expect(await offered(env, "login", "")).toEqual(["status", "approve"]);
  expect(await offered(env, "repository", "t")).toEqual(["trust"]);
  expect(await offered(env, "identity", "create", "x", "--sh")).toEqual(["--shared"]);
  expect(await offered(env, "pause", "")).toEqual(["provision", "destroy", "all"]);
  for (const words of [
    ["tell", ""],
    ["nonsense", ""],
    ["tell", "x", "--", "-"],
    ["provision", "-r", ""],
  ]) {
    expect(await offered(env, ...words), words.join(" ")).toEqual([]);
  }
  expect(await runHere(env, "completion", "tcsh")).toMatchObject({ code: 2, stdout: "" });
});

it("thopters' names come from the hub, in a real shell too", async () => {
  const hub = await startHub();
  await hub.person.call("pause", { scope: "provision" });
  for (const name of ["amber-falcon", "amber-owl", "jade-owl"]) await hub.provision({ name });
  const env = { THOPTER_DATA_DIR: hub.data };
  expect(await offered(env, "tell", "")).toEqual(["amber-falcon", "amber-owl", "jade-owl"]);
  expect(await offered(env, "destroy", "jade-owl", "--reason", "done", "amber-o")).toEqual([
    "amber-owl",
  ]);
  expect(await offered(env, "operation", "list", "--thopter", "j")).toEqual(["jade-owl"]);
  expect(await offered(env, "tell", "jade-owl", "")).toEqual([]);
  expect(await offered(env, "identity", "create", "x", "--from-thopter", "j")).toEqual([
    "jade-owl",
  ]);

  const options = { env: environmentWithThopter(env) };
  const complete = async (...words: readonly string[]): Promise<string[]> => {
    const script = `source <(thopter completion bash)
      COMP_WORDS=(thopter "$@"); COMP_CWORD=$#
      _thopter; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await call("bash", ["-c", script, "bash", ...words], options);
    return stdout.trimEnd().split("\n");
  };
  expect(await complete("screen", "amber-")).toEqual(["amber-falcon", "amber-owl"]);
  expect(await complete("screen", "jade-owl", "--")).toEqual(
    expect.arrayContaining(["--follow", "--history", "--json"]),
  );
  await hub.end();
});

it("templates, identities and repositories come from the hub where they may stand", async () => {
  const hub = await startHub();
  mkdirSync(join(hub.data, "templates", "team"), { recursive: true });
  for (const name of ["bugfix", "team/rules"])
    writeFileSync(join(hub.data, "templates", `${name}.md`), "{{ task }}");
  const login = { variable: "TOKEN", value: "a-value-of-no-known-shape-8b0e" };
  for (const name of ["ann", "mine"])
    await hub.person.call("createIdentity", { name, logins: [login] });
  const addresses = ["owner/gate", "git@git.example.com:team/door.git"];
  for (const address of addresses)
    await hub.person.call("trustRepository", { address, trusted: true });

  const env = { THOPTER_DATA_DIR: hub.data };
  const templates = ["bugfix", "team/rules"];
  expect(await offered(env, "template", "show", "")).toEqual(templates);
  expect(await offered(env, "template", "render", "t")).toEqual(["team/rules"]);
  expect(await offered(env, "provision", "x", "--template", "")).toEqual(templates);
  for (const words of [["check"], ["show"], ["default"], ["delete"]])
    expect(await offered(env, "identity", ...words, "")).toEqual(["ann", "mine"]);
  expect(await offered(env, "provision", "x", "--identity", "m")).toEqual(["mine"]);
  expect(await offered(env, "restore", "x", "--identity", "a")).toEqual(["ann"]);
  for (const words of [
    ["repository", "env"],
    ["repository", "trust"],
    ["provision", "-r"],
    ["list", "--repo"],
  ]) {
    const found = await offered(env, ...words, "");
    expect(found, words.join(" ")).toEqual([expect.stringContaining("team/door"), "owner/gate"]);
  }
  // A path here, and a name that nobody has yet.
  expect(await offered(env, "template", "list", "--repo", "")).toEqual([]);
  expect(await offered(env, "identity", "create", "")).toEqual([]);
  await hub.end();
});
