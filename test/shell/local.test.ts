import { existsSync, realpathSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLocalShell, type Wrap } from "../../src/shell/local.ts";
import { describeShellContract, type ShellUnderTest } from "../contracts/shell-contract.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" };
const bubblewrap = "/usr/bin/bwrap";

const sandbox = [bubblewrap, "--unshare-user", "--unshare-pid", "--die-with-parent"];
sandbox.push("--bind", "/", "/", "--dev", "/dev", "--proc", "/proc");

const sandboxed: Wrap = (argv, { cwd }) => [...sandbox, "--chdir", cwd, "--", ...argv];

async function create(wrap?: Wrap): Promise<ShellUnderTest> {
  const directory = realpathSync(temporaryDirectory());
  const shell = createLocalShell({ env, cwd: directory, ...(wrap && { wrap }) });
  return { shell, directory };
}

describeShellContract("local shell", { create: () => create(), endsEscapees: false });

describe.runIf(existsSync(bubblewrap))("with bubblewrap in front", () => {
  describeShellContract("sandboxed shell", { create: () => create(sandboxed), endsEscapees: true });
});

describe("local shell", () => {
  const limit = { timeoutMs: 10_000 };

  it("shows programs no variable but its own", async () => {
    const { shell } = await create();
    onTestFinished(() => shell.close());
    const { stdout } = await shell.run(["env"], { ...limit, env: { MINE: "1" } });
    const names = new TextDecoder().decode(stdout).trim().split("\n");
    expect(names.toSorted()).toEqual([`LANG=C.UTF-8`, "MINE=1", `PATH=${env.PATH}`]);
  });

  it("tells a missing directory from a missing program", async () => {
    const { shell, directory } = await create();
    onTestFinished(() => shell.close());
    const nowhere = { ...limit, cwd: `${directory}/nowhere` };
    await expect(shell.run(["true"], nowhere)).rejects.toThrow(
      `"${directory}/nowhere" does not exist`,
    );
    await expect(shell.run(["nothing-here"], limit)).rejects.toThrow("no such program");
  });

  it("takes a time limit longer than a timer can be", async () => {
    const { shell } = await create();
    onTestFinished(() => shell.close());
    const run = await shell.run(["sleep", "0.05"], { timeoutMs: Number.MAX_SAFE_INTEGER });
    expect(run.exitCode).toBe(0);
  });

  it("ends children that go on after the program, when the time is up", async () => {
    const { shell } = await create();
    onTestFinished(() => shell.close());
    const script = `flock lock sleep 300 & exit 0`;
    const run = shell.run(["sh", "-c", script], { timeoutMs: 300 });
    await expect(run).rejects.toThrow("longer than 300 ms");
    expect((await shell.run(["flock", "-n", "lock", "true"], limit)).exitCode).toBe(0);
  });

  it("leaves a program alone that daemonised before its parent was aborted", async () => {
    const { shell, directory } = await create();
    onTestFinished(() => shell.close());
    // Said in the contract of createLocalShell: without a PID namespace it is out of reach.
    const script =
      "setsid sh -c 'touch started; while [ ! -e stop ]; do sleep 0.02; done; touch stopped' >/dev/null 2>&1 &";
    await shell.run(["sh", "-c", `${script} exit 0`], limit);
    await shell.run(["touch", `${directory}/stop`], limit);
    await expect.poll(() => existsSync(`${directory}/stopped`)).toBe(true);
  });
});
