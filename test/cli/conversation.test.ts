import { chmodSync, copyFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { commandLineOf, jsonOf, run, runHere } from "./run.ts";
import type { Ran } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 180_000 });

const soon = { timeout: 60_000, interval: 200 };
const apiKey = "sk-ant-api03-of-no-use-anywhere-0123456789";

/** A hub whose agent plays Claude Code, and a command line in this process. */
async function openHub() {
  const played = join(temporaryDirectory(), "claude");
  copyFileSync(new URL("../hub/fixtures/claude.sh", import.meta.url), played);
  chmodSync(played, 0o755);
  const env = {
    THOPTER_AGENT: "claude",
    THOPTER_CLAUDE_PROGRAM: played,
    ANTHROPIC_API_KEY: apiKey,
  };
  const hub = await startHub({ env, secrets: [apiKey] });
  const here = (...args: string[]) => runHere({ THOPTER_DATA_DIR: hub.data }, ...args);
  const detail = () => hub.person.call("getThopter", { thopter: "amber-falcon" });
  const standing = async () => {
    const { agentState } = await detail();
    return agentState?.status;
  };
  const tell = async (text: string) => {
    await hub.person.call("tell", { thopter: "amber-falcon", text });
  };
  return { hub, here, detail, standing, tell, thopter: commandLineOf(hub) };
}

/** What stands in a transcript, without who said it when. */
function saidIn({ code, stdout, stderr }: Ran): string[] {
  expect(code, stderr).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.trim());
}

function follow(hub: TestHub, ...args: readonly string[]) {
  const env = { ...plainEnvironment(), THOPTER_DATA_DIR: hub.data };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: "pipe" });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { shown: () => shown };
}

it("an agent is restarted in place, and goes on with its conversation", async () => {
  const { hub, here, detail, standing, tell, thopter } = await openHub();
  await hub.ready({ name: "amber-falcon" });
  await tell("hello");
  await expect.poll(standing, soon).toBe("idle");
  expect((await here("status", "amber-falcon")).stdout).toMatch(/last words +Heard hello/);

  await tell("end");
  await expect.poll(standing, soon).toBe("crashed");
  const status = await thopter("status", "amber-falcon");
  expect(status.stdout).toMatch(/state +crashed \(exit 3\) since [\d: -]+ \([\d.]+ (s|min)\)/);
  expect(status.stdout).toMatch(/last words +Heard hello/);
  expect((await here("tell", "amber-falcon", "anyone?")).code).toBe(6);

  const restarted = await thopter("restart", "amber-falcon");
  expect(restarted).toEqual({
    code: 0,
    stdout: "Restarted the agent of amber-falcon.\n",
    stderr: "",
  });
  await expect
    .poll(async () => saidIn(await here("transcript", "amber-falcon")), soon)
    .toEqual([...["The task", "hello", "Heard hello", "I go on"]]);

  // What works is not ended by mistake.
  await tell("busy");
  await expect.poll(standing, soon).toBe("working");
  const asked = await here("restart", "amber-falcon");
  expect(asked).toMatchObject({ code: 4, stdout: "" });
  expect(asked.stderr).toContain("Nothing was restarted: nobody is at the terminal");
  expect(jsonOf(await thopter("restart", "amber-falcon", "--yes", "--json"))).toMatchObject({
    thopterName: "amber-falcon",
    agentState: { status: "starting" },
  });
  await expect.poll(standing, soon).toBe("idle");

  expect((await here("restart", "no-such-thopter")).code).toBe(5);
  const byAgent = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: hub.token("agent-token") };
  expect((await run(byAgent, "restart", "amber-falcon")).code).toBe(4);
  expect((await runHere(byAgent, "transcript", "amber-falcon")).code).toBe(4);
  expect((await runHere(byAgent, "status", "amber-falcon")).stdout).not.toContain("Heard hello");

  await tell("end");
  await expect.poll(standing, soon).toBe("crashed");
  await hub.kill();
  await hub.start();
  expect(await detail()).toMatchObject({ agentState: { status: "crashed", exitCode: 3 } });
  expect((await here("restart", "amber-falcon")).code).toBe(0);
  await tell("still there?");
  await expect.poll(async () => (await detail()).lastMessage, soon).toBe("Heard still there?");
  expect(await here("restart", "amber-falcon", "--fresh")).toMatchObject({
    code: 0,
    stdout: "Restarted the agent of amber-falcon. It begins anew with its task.\n",
  });
  await expect
    .poll(async () => saidIn(await here("transcript", "amber-falcon")).at(-1), soon)
    .toBe("The task");
  expect(jsonOf(await here("restart", "amber-falcon", "--fresh", "-y", "--json"))).toMatchObject({
    beganAnew: "asked",
  });
  const { stdout: audit } = await here("audit");
  expect(audit.match(/restart/g)?.length).toBeGreaterThanOrEqual(3);
  await hub.end();
});

it("a transcript is read by pages, followed, and harmless", async () => {
  const { hub, here, standing, tell, thopter } = await openHub();
  await hub.ready({ name: "amber-falcon" });
  for (const text of ["one", "two"]) await tell(text);
  const all = ["The task", "one", "Heard one", "two", "Heard two"];
  await expect
    .poll(async () => saidIn(await here("transcript", "amber-falcon")), soon)
    .toEqual(all);
  const shown = await thopter("transcript", "amber-falcon", "--limit", "2");
  expect(shown.stdout).toBe(
    "person (2026-11-21 18:40 UTC):\n  two\nagent (2026-11-21 18:40 UTC):\n  Heard two\n",
  );
  const [, before = ""] = /--before (\S+)/.exec(shown.stderr) ?? [];
  const older = await here("transcript", "amber-falcon", "--before", before);
  expect(saidIn(older)).toEqual(all.slice(0, 3));
  expect(older.stderr).toBe("");
  expect(jsonOf(await thopter("transcript", "amber-falcon", "--limit", "1", "--json"))).toEqual({
    thopterName: "amber-falcon",
    entries: [{ role: "agent", text: "Heard two", at: Date.parse("2026-11-21T18:40:00Z") }],
    before: expect.any(String) as string,
  });
  for (const wrong of [
    ["--before", "x"],
    ["--limit", "0"],
    ["-f", "--json"],
  ]) {
    expect((await here("transcript", "amber-falcon", ...wrong)).code, wrong.join(" ")).toBe(2);
  }

  const followed = follow(hub, "transcript", "amber-falcon", "-f");
  await expect.poll(followed.shown, soon).toContain("Heard two");
  await tell("three");
  await expect.poll(followed.shown, soon).toContain("Heard three");
  expect(followed.shown().match(/Heard two/g)).toHaveLength(1);

  await tell("hostile");
  await expect.poll(followed.shown, soon).toContain("after much");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(followed.shown()).not.toMatch(/[\u001b\u0007\u202e]/);
  const heads = followed
    .shown()
    .split("\n")
    .filter((line) => /^[a-z]/.test(line));
  expect(heads.every((line) => line.endsWith("(2026-11-21 18:40 UTC):"))).toBe(true);
  await tell("link");
  await expect
    .poll(async () => (await here("transcript", "amber-falcon")).stderr, soon)
    .toBe("Nothing was said yet.\n");
  const mcp = await hub.person.call("read", { thopter: "amber-falcon", what: "transcript" });
  expect(mcp).toMatchObject({ text: "", truncated: false });

  await tell("limit");
  await expect.poll(standing, soon).toBe("limited");
  for (const args of [["list"], ["status", "amber-falcon"], ["wait", "amber-falcon"]]) {
    expect((await here(...args)).stdout, args[0]).toMatch(
      /limited until (\d{4}-\d\d-\d\d )?\d\d:\d\d/,
    );
  }
  await hub.kill();
  await hub.start();
  expect((await here("list")).stdout).toContain("limited until");
  await hub.end();
});

it("a command starts again with its task, and its transcript is what its terminal showed", async () => {
  const hub = await startHub();
  const here = (...args: string[]) => runHere({ THOPTER_DATA_DIR: hub.data }, ...args);
  await hub.ready({ name: "amber-falcon" });
  await hub.person.call("tell", { thopter: "amber-falcon", text: "hello" });
  const transcript = () => here("transcript", "amber-falcon");
  await expect.poll(async () => (await transcript()).stdout, soon).toMatch(/^agent:\n  Ready\n/);
  await expect.poll(async () => (await transcript()).stdout, soon).toContain("  Heard[hello]\n");
  expect((await here("restart", "amber-falcon", "-y")).code).toBe(0);
  await expect.poll(async () => saidIn(await transcript()), soon).toEqual(["Ready"]);
  expect((await here("screen", "amber-falcon", "--history")).stdout).toBe("Ready\n");
  expect((await here("transcript", "amber-falcon", "--before", "1")).code).toBe(2);
  await hub.end();
});
