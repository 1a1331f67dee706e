import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { runProgram } from "../hub/hub-process.ts";
import { commandLineOf, jsonOf, run, runHere } from "./run.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const secrets = ["typed-value-4f1c", "environment-value-9a2b", "piped-value-77d0"] as const;
const [typed, given, piped] = secrets;

it("a person keeps variables for a repository without ever writing one down", async () => {
  const hub = await startHub({ secrets });
  const env = { THOPTER_DATA_DIR: hub.data };
  const thopter = commandLineOf(hub);
  const here: typeof thopter = (...args) => runHere(env, ...args);

  expect(await here("repository", "list")).toEqual({
    code: 0,
    stdout: "",
    stderr: "Nothing is kept for any repository.\n",
  });
  expect((await here("repository", "show", "owner/gate")).code).toBe(5);

  const session = await openTerminal(env);
  await session.start("repository", "env", "owner/gate", "TYPED");
  await session.shows("Value of TYPED (it does not show):");
  await session.type(typed);
  const screen = await session.shows("[exit 0]");
  expect(screen).toContain("TYPED: set");
  expect(screen).not.toContain(typed);
  await session.close();

  const fromEnv = ["repository", "env", "git@github.com:owner/gate.git", "GIVEN", "--from-env"];
  expect((await run({ ...env, GIVEN: given }, ...fromEnv)).stdout).toMatch(/GIVEN: set .* ago by/);
  expect(await run(env, ...fromEnv)).toMatchObject({ code: 2 });
  const program = runProgram(["repository", "env", "owner/gate", "PIPED", "--stdin"], env);
  program.child.stdin?.end(`${piped}\n`);
  expect(await program.ended, program.output()).toBe(0);

  expect(await here("repository", "env", "owner/gate", "NOBODY")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("nobody is at the terminal to give it") as string,
  });
  const onLine = await here("repository", "env", "owner/gate", `A=${typed}`);
  expect(onLine).toMatchObject({ code: 2 });
  expect(onLine.stderr).toContain('Cannot take the value of "A" from the command line');
  expect(onLine.stderr).not.toContain(typed);
  expect((await here("repository", "env", "owner/gate", "A", "B", "--stdin")).code).toBe(2);

  const shown = await thopter("repository", "show", "https://github.com/Owner/gate");
  expect(shown.stdout.split("\n")).toEqual([
    "repository  https://github.com/owner/gate.git",
    "setup       may run by the hub's settings",
    expect.stringMatching(/^variables   GIVEN: set /),
    expect.stringMatching(/^            PIPED: set /),
    expect.stringMatching(/^            TYPED: set /),
    "",
  ]);
  expect((await here("repository", "list")).stdout).toMatch(/^owner\/gate\tGIVEN PIPED TYPED\t/m);
  const unset = await here(
    "repository",
    "env",
    "owner/gate",
    "TYPED",
    "PIPED",
    "--unset",
    "--json",
  );
  expect(jsonOf(unset)).toMatchObject({ variables: [{ name: "GIVEN" }] });

  const byAgent = { ...env, THOPTER_TOKEN: hub.token("agent-token"), X: "x-value" };
  expect((await runHere(byAgent, "repository", "env", "owner/gate", "X", "--from-env")).code).toBe(
    4,
  );
  expect((await runHere(byAgent, "repository", "trust", "owner/gate")).code).toBe(4);
  expect((await runHere(byAgent, "repository", "list")).code).toBe(0);

  expect((await here("repository", "delete", "owner/gate")).code).toBe(0);
  expect((await here("repository", "delete", "owner/gate")).code).toBe(5);
  await hub.end();
});

it("an admin trusts a setup script for good, or once", async () => {
  const files = { ".thopter/setup": "#!/bin/sh\ntouch ../set-up\n" };
  const hub = await startHub({ files, env: { THOPTER_SETUP_REPOSITORIES: "" } });
  const env = { THOPTER_DATA_DIR: hub.data };
  const here = (...args: string[]) => runHere(env, ...args);
  const { repository } = hub;
  const setUp = async (...args: string[]): Promise<string | undefined> => {
    const made = await here("provision", "x", "--repo", repository, "--json", ...args);
    const { operation } = jsonOf(made) as {
      operation: { steps: { name: string; status: string }[] };
    };
    return operation.steps.find(({ name }) => name === "run-setup-script")?.status;
  };
  expect(await setUp()).toBe("skipped");
  expect(await setUp("--trust-setup")).toBe("succeeded");
  const trusted = await here("repository", "trust", repository, "--timeout", "15m");
  expect(trusted.stdout).toContain("setup       may run, for 15 min\n");
  expect(await setUp()).toBe("succeeded");
  expect((await here("repository", "trust", repository, "--timeout", "2h")).code).toBe(2);
  expect((await here("repository", "distrust", repository)).stdout).toContain("may not run");
  expect(await setUp()).toBe("skipped");
  const bad = ["provision", "x", "--repo", repository, "--context", "https://example.com/5"];
  expect(await here(...bad)).toMatchObject({ code: 2 });
  await hub.end();
});
