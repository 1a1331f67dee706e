import { execFile } from "node:child_process";
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
