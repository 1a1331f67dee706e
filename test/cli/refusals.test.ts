import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { commandLineOf, nowhere, run, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

describe("without a hub", () => {
  it.each([
    [["list"]],
    [["status"]],
    [["provision", "x", "--repo", "owner/name"]],
    [["destroy", "x", "--yes"]],
    [["wait", "x"]],
    [["approve"]],
    [["answer", "x"]],
    [["slack", "link"]],
    [["token", "list"]],
    [["operation", "list"]],
    [["audit"]],
    [["extend", "x", "2h"]],
    [["person", "list"]],
    [["run", "x", "--", "true"]],
    [["rename", "x", "y"]],
    [["label", "x", "+y"]],
  ])("%j says how to get one, and ends with 3", async (args) => {
    const ran = await runHere(nowhere(), ...args);
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(
      /^Cannot find a running hub for the data directory ".*"\. Start it with "thopter start", or set/,
    );
  });

  it("one that died, or left half a file behind, counts as none", async () => {
    const env = nowhere();
    const file = join(env["THOPTER_DATA_DIR"] ?? "", "hub.json");
    for (const text of ['{"pid":', '{"pid":4194304,"url":"http://127.0.0.1:1"}', "[]", ""]) {
      writeFileSync(file, text);
      expect((await runHere(env, "list")).code).toBe(3);
    }
  });

  it("nor can one keep its data below a file", async () => {
    const env = nowhere();
    const file = join(env["THOPTER_DATA_DIR"] ?? "", "file");
    writeFileSync(file, "");
    const ran = await runHere({ ...env, THOPTER_DATA_DIR: join(file, "data") }, "list");
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(/^Cannot find a running hub/);
  });

  it("a remote one that is not there ends with 3 as well, and one without a token with 4", async () => {
    const remote = { ...nowhere(), THOPTER_URL: "http://127.0.0.1:9" };
    const away = await runHere({ ...remote, THOPTER_TOKEN: "x" }, "list");
    expect(away).toMatchObject({ code: 3 });
    expect(away.stderr).toMatch(/^Cannot reach the hub at http:\/\/127\.0\.0\.1:9/);
    const nobody = await runHere(remote, "list");
    expect(nobody).toMatchObject({ code: 4 });
    expect(nobody.stderr).toMatch(/there is no token\. Set THOPTER_TOKEN/);
  });

  it("the doctor says so and does not fail for it", async () => {
    const ran = await runHere(nowhere(), "doctor");
    expect(ran.stdout).toMatch(/^· hub +does not run; thopter start starts it$/m);
  });
});

describe("wrong usage", () => {
  it.each([
    [[], /Usage: thopter/],
    [["lst"], /unknown command 'lst'/],
    [["list", "--lable", "x"], /unknown option '--lable'/],
    [["list", "--limit", "many"], /Cannot use "many" for --limit/],
    [["operation", "list", "--limit", "0"], /Cannot use "0" for --limit/],
    [["provision", "x"], /without a repository: name it with --repo/],
    [["provision", "--repo", "a/b"], /without a task/],
    [["provision", "x", "--repo", "a/b", "--count", "0"], /Cannot use "0" for --count/],
    [["provision", "x", "--from", "a"], /Cannot use a task, --name or --count with --from/],
    [["provision", "--from", "none.jsonl"], /Cannot read "none.jsonl": ENOENT/],
    [["provision", "x", "--repo", "a/b", "--ttl", "soon"], /Cannot use "soon" for --ttl/],
    [["provision", "x", "--repo", "a/b", "--priority", "asap"], /Allowed choices are urgent/],
    [["wait", "x", "--until", "done"], /Cannot wait until "done"/],
    [["wait", "x", "--timeout", "1"], /Cannot use "1" for --timeout/],
    [["pause", "everything"], /Cannot pause "everything"/],
    [["token", "create", "--role", "king"], /Cannot use the role "king"/],
    [["token", "create", "--expires", "never"], /Cannot use "never" for --expires/],
    [["list", "--state", "sleepy"], /Cannot select the state "sleepy": say one of requested,/],
    [["list", "--idle", "long"], /Cannot use "long" for --idle/],
    [["audit", "--limit", "all"], /Cannot use "all" for --limit/],
    [["extend", "x", "soon"], /Cannot use "soon" for the time/],
    [["rename", "x"], /missing required argument 'name'/],
    [["label", "x", "y"], /Cannot tell what to do with "y": write \+label/],
    [["run", "x"], /missing required argument 'command'/],
    [["run", "x", "-t", "1h", "--", "true"], /Cannot run a command for 1h: 4m is the most/],
    [["person", "role", "ann", "king"], /Cannot use the role "king"/],
    [["operation", "get"], /missing required argument 'id'/],
  ])("%j ends with 2, before any hub is asked", async (args, words) => {
    const ran = await runHere(nowhere(), ...args);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(words);
  });

  it("of the environment names what is wrong", async () => {
    const ran = await run({ ...nowhere(), THOPTER_PORT: "high" }, "start");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('THOPTER_PORT: "high" does not fit');
    const secret = "thp_person_aaaaaaaaaaaaaaaaaaaaaaaa";
    const odd = await runHere({ ...nowhere(), THOPTER_URL: "hub", THOPTER_TOKEN: secret }, "list");
    expect(odd).toMatchObject({ code: 2 });
    expect(odd.stderr).not.toContain(secret);
  });
});

it("help has examples, the exit codes and the environment", async () => {
  const help = await runHere(nowhere(), "--help");
  expect(help).toMatchObject({ code: 0, stderr: "" });
  for (const part of ["Examples:", "Exit codes: 0 done", "THOPTER_URL"]) {
    expect(help.stdout).toContain(part);
  }
  for (const verb of ["provision", "destroy", "wait"]) {
    expect((await runHere(nowhere(), verb, "--help")).stdout).toContain("Examples:");
  }
  expect((await run(nowhere(), "--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe("a hub refuses", () => {
  it("what it does not know, what a role may not, and a second hub beside it", async () => {
    const hub = await startHub();
    const thopter = commandLineOf(hub);
    for (const args of [
      ["status", "none"],
      ["screen", "none"],
      ["tell", "none", "hi"],
      ["wait", "none"],
      ["run", "none", "--", "true"],
      ["extend", "none", "2h"],
      ["rename", "none", "some"],
      ["label", "none", "-some"],
      ["destroy", "none", "--yes"],
      ["operation", "get", "none"],
      ["operation", "list", "--thopter", "none"],
      ["token", "revoke", "none"],
      ["restore", "none"],
    ]) {
      const ran = await runHere({ THOPTER_DATA_DIR: hub.data }, ...args);
      expect(ran, args.join(" ")).toMatchObject({ code: 5, stdout: "" });
      expect(ran.stderr).toMatch(/^Cannot /);
    }
    const login = "https://user:s3cret@host/name";
    const repository = await thopter("provision", "x", "--repo", login);
    expect(repository.code).toBe(2);
    expect(repository.stderr).not.toContain("s3cret");

    const made = await thopter("token", "create", "--role", "viewer");
    const viewer = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: made.stdout.trim() };
    expect((await run(viewer, "list")).code).toBe(0);
    for (const args of [
      ["provision", "x", "--repo", hub.repository],
      ["destroy", "none", "--yes"],
      ["pause", "all"],
      ["token", "create"],
    ]) {
      expect((await runHere(viewer, ...args)).code, args.join(" ")).toBe(4);
    }
    const wrong = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: "wrong" };
    expect((await run(wrong, "list")).code).toBe(4);

    const second = await run({ THOPTER_DATA_DIR: hub.data, THOPTER_PORT: "0" }, "start");
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(hub.url);
    expect(second.stderr).not.toContain("    at ");
    await hub.end();
  });

  it("nothing on its own machine because others reach it by another address", async () => {
    const hub = await startHub({ env: { THOPTER_PUBLIC_URL: "https://hub.example.com/x" } });
    expect(hub.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await commandLineOf(hub)("list")).code).toBe(0);
    await hub.end();
  });
});

it("a reader that leaves early is no error", async () => {
  const env = { ...plainEnvironment(), ...nowhere() };
  const child = spawn(process.execPath, [program, "--help"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(child, "close");
  expect(said).toBe("");
});
