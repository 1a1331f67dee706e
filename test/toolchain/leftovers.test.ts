import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { processesNaming } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

type Ended = { code: number; output: string };

function runLeavingTests(): Promise<Ended> {
  const vitest = join(repository, "node_modules/.bin/vitest");
  const args = ["run", "--config", "test/toolchain/leftovers.config.ts"];
  // Else the inner run would take itself for a worker of this one.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  const options = { cwd: repository, env: Object.fromEntries(kept) };
  return new Promise((resolve) => {
    execFile(vitest, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : 0;
      resolve({ code, output: stdout + stderr });
    });
  });
}

describe.runIf(process.platform === "linux")("a run whose tests all pass", () => {
  it(
    "fails when they left a process or a file, and clears both away",
    { timeout: 60_000 },
    async () => {
      const { code, output } = await runLeavingTests();

      expect(output).toContain("1 passed");
      expect(code).toBe(1);
      const left = /process (?<pid>\d+): sleep 1000\nfile (?<file>\S+\/forgotten)/.exec(
        output,
      )?.groups;
      expect(left).toBeDefined();
      expect(existsSync(left?.["file"] ?? "")).toBe(false);
      await expect.poll(() => existsSync(`/proc/${left?.["pid"] ?? ""}/cwd`)).toBe(false);
    },
  );

  it.each([
    ["environment", (root: string) => ({ args: ["1000"], env: { WHERE: root } })],
    ["working directory", (root: string) => ({ args: ["1000"], env: {}, cwd: root })],
  ])("knows a process by its %s", async (_, options) => {
    const root = temporaryDirectory();
    const { args, ...rest } = options(root);
    const child = spawn("/bin/sleep", args, { ...rest, stdio: "ignore" });
    onTestFinished(() => void child.kill());
    await once(child, "spawn");

    await expect.poll(() => processesNaming(root).map(({ pid }) => pid)).toEqual([child.pid]);
  });

  it("knows a process in a sandbox by where its file systems come from", async () => {
    const root = temporaryDirectory();
    const sandbox = ["--unshare-pid", "--die-with-parent", "--ro-bind", "/", "/"];
    const inside = ["--bind", join(root, "home"), "/mnt", "--chdir", "/mnt", "sleep", "1000"];
    mkdirSync(join(root, "home"));
    const child = spawn("bwrap", [...sandbox, ...inside], {
      env: { PATH: process.env["PATH"] },
      stdio: "ignore",
    });
    onTestFinished(() => void child.kill());
    await once(child, "spawn");

    const commands = (): string[] => processesNaming(root).map(({ command }) => command);
    await expect.poll(commands).toContain("sleep 1000");
  });
});
