import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { startFlySimulation } from "../../src/cli/simulate/fly-simulation.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { goodLogins } from "../login-services.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { expectNoLogin, setInitScene } from "./init-scene.ts";
import { run } from "./run.ts";
import { tokens } from "./slack-stand-in.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

type Result = {
  findings: { what: string; ok: boolean; words: string; mend?: string }[];
  written?: string[];
  next?: string;
};

function resultOf({ stdout }: { stdout: string }): Result {
  return JSON.parse(stdout) as Result;
}

const local = ["--provider", "local"] as const;

describe("init where nobody is at the terminal", () => {
  it("writes what the environment has once it was tried, and shows no secret", async () => {
    const { env, file, settings, services } = await setInitScene();
    const slack = { SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app };
    const { ANTHROPIC_API_KEY, GITHUB_TOKEN } = goodLogins;
    const given = { ...env, ANTHROPIC_API_KEY, GITHUB_TOKEN, ...slack };
    const ran = await run(given, "init", ...local, "--agent", "claude");
    expect(ran.stdout).toContain("GITHUB_TOKEN is octocat at GitHub");
    expect(ran.stdout).toContain("  ANTHROPIC_API_KEY=[hidden]\n");
    expect(ran.stdout).toMatch(/^Next: thopter start$/m);
    expectNoLogin(ran.stdout + ran.stderr);
    expect(ran.code).toBe(0);
    expect(settings()).toEqual({
      ...services.environment,
      SLACK_API_URL: env["SLACK_API_URL"],
      ...{ THOPTER_PROVIDER: "local", THOPTER_AGENT: "claude", ANTHROPIC_API_KEY, GITHUB_TOKEN },
      ...slack,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // And again it finds nothing to do.
    const again = await run(given, "init", ...local, "--agent", "claude", "--json");
    expect(resultOf(again)).toMatchObject({ written: [] });
  });

  it.each([
    ["claude", "ANTHROPIC_API_KEY", "login"],
    ["claude", "CLAUDE_CODE_OAUTH_TOKEN", "login"],
    ["codex", "OPENAI_API_KEY", "login"],
    ["shell", "GITHUB_TOKEN", "git login"],
  ])("writes nothing where %s has a %s that is refused", async (agent, name, what) => {
    const { env, settings } = await setInitScene();
    const ran = await run(
      { ...env, [name]: "bad-one" },
      "init",
      ...local,
      "--agent",
      agent,
      "--json",
    );
    expect(ran.code).toBe(1);
    const { findings, written } = resultOf(ran);
    expect(findings.filter((one) => one.what === what)).toMatchObject([
      { ok: false, words: expect.stringContaining(`refuses ${name} (401)`) as string },
    ]);
    expect(written).toBeUndefined();
    expect(settings()).toBeUndefined();
  });

  it("writes what could not be tried, and says so", async () => {
    const { env, settings } = await setInitScene();
    const away = {
      ...env,
      ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
      ANTHROPIC_API_KEY: "an-api-key",
    };
    const ran = await run(away, "init", ...local, "--agent", "claude");
    expect(ran.stdout).toMatch(/· login +ANTHROPIC_API_KEY could not be checked/);
    expect(ran.code).toBe(0);
    expect(settings()).toMatchObject({ ANTHROPIC_API_KEY: "an-api-key" });
  });

  it.each([
    { args: [], names: ["--provider local", "--agent claude"] },
    { args: [...local, "--agent", "command"], names: ["THOPTER_AGENT_COMMAND"] },
    {
      args: ["--provider", "fly", "--agent", "claude"],
      names: ["FLY_API_TOKEN", "FLY_APP", "FLY_REGION", "FLY_IMAGE"],
    },
  ])("names all that is missing for $args", async ({ args, names }) => {
    const { env, settings } = await setInitScene();
    const ran = await run(env, "init", ...args);
    expect(ran).toMatchObject({ code: 1 });
    for (const name of names) expect(ran.stdout).toContain(name);
    expect(ran.stdout).toContain("Nothing was written.");
    expect(settings()).toBeUndefined();
  });

  it.each(["claude", "codex"])("leaves the login of %s to identities", async (agent) => {
    const { env, settings } = await setInitScene();
    const THOPTER_CODEX_PROGRAM = env["THOPTER_CLAUDE_PROGRAM"] ?? "";
    const ran = await run({ ...env, THOPTER_CODEX_PROGRAM }, "init", ...local, "--agent", agent);
    expect(ran.stdout).toMatch(/· login +The hub has no login for it: thopters need an identity/);
    expect(ran.code).toBe(0);
    expect(settings()).toMatchObject({ THOPTER_AGENT: agent });
  });

  it("only tries with --check, also what the env file has", async () => {
    const { env, file, settings } = await setInitScene();
    mkdirSync(dirname(file));
    writeFileSync(file, "ANTHROPIC_API_KEY=bad-one\n");
    const ran = await run(env, "init", "--check", "--json");
    expect(ran.code).toBe(1);
    expect(resultOf(ran).findings).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: "login", ok: false })]),
    );
    expect(settings()).toEqual({ ANTHROPIC_API_KEY: "bad-one" });
    const good = await run({ ...env, ...goodLogins }, "init", "--check");
    expect(good).toMatchObject({ code: 0 });
    expect(good.stdout).toContain("Nothing was written.");
    expect(settings()).toEqual({ ANTHROPIC_API_KEY: "bad-one" });
  });

  it("names the line that installs Claude Code, and writes the rest", async () => {
    const { env, settings } = await setInitScene();
    const { ANTHROPIC_API_KEY } = goodLogins;
    const without = { ...env, THOPTER_CLAUDE_PROGRAM: "/nowhere/claude", ANTHROPIC_API_KEY };
    const ran = await run(without, "init", ...local, "--agent", "claude");
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("mend it: npm install --global @anthropic-ai/claude-code");
    expect(ran.stdout).toMatch(/^Next: npm install .*claude-code, then thopter start$/m);
    expect(settings()).toMatchObject({ ANTHROPIC_API_KEY });
  });

  it("tries an app at Fly, and takes its settings from the environment", async () => {
    const { env, settings } = await setInitScene();
    const simulation = await startFlySimulation({
      ...{ clock: createSystemClock(), directory: temporaryDirectory() },
      ...{ app: "my-thopters", token: "good-token", port: 0, sshPort: 0 },
    });
    try {
      const fly = { ...env, ...simulation.environment };
      const args = ["init", "--provider", "fly", "--agent", "shell"];
      const refused = await run({ ...fly, FLY_API_TOKEN: "revoked" }, ...args);
      expect(refused.stdout).toContain("Fly does not accept the token");
      expect(settings()).toBeUndefined();
      const ran = await run(fly, ...args);
      expect(ran).toMatchObject({ code: 0 });
      expect(settings()).toMatchObject({ THOPTER_PROVIDER: "fly", FLY_APP: "my-thopters" });
      expect(ran.stdout).not.toContain("good-token");
    } finally {
      await simulation.close();
    }
  });

  it("says where the environment will win over what it wrote", async () => {
    const { env, settings } = await setInitScene();
    const given = { ...env, THOPTER_AGENT: "command", THOPTER_AGENT_COMMAND: "mine --key hush" };
    const ran = await run(given, "init", ...local, "--agent", "shell");
    expect(ran.stdout).toMatch(/· environment +the environment sets THOPTER_AGENT_COMMAND as well/);
    expect(settings()).toMatchObject({ THOPTER_AGENT: "command" });
    expect(settings()).not.toHaveProperty("THOPTER_AGENT_COMMAND");
  });

  it("says that a hub that runs reads it only when it starts again", async () => {
    const { env, file } = await setInitScene();
    mkdirSync(dirname(file));
    const holder = { pid: process.pid, url: "http://127.0.0.1:1" };
    writeFileSync(join(dirname(file), "hub.json"), JSON.stringify(holder));
    const ran = await run(env, "init", ...local, "--agent", "shell");
    expect(ran.stdout).toMatch(/^Next: stop the hub that runs, then thopter start$/m);
  });

  it("does not even make the data directory where nothing is written", async () => {
    const { env, file } = await setInitScene();
    await run(env, "init");
    await run(env, "init", "--check");
    expect(existsSync(dirname(file))).toBe(false);
  });
});

describe("the doctor", () => {
  it("tries the login that is set, and names init where it is refused", async () => {
    const { env } = await setInitScene();
    const good = await run({ ...env, ...goodLogins }, "doctor", "--json");
    expect(JSON.parse(good.stdout)).toEqual(
      expect.arrayContaining([
        { what: "agent", ok: true, words: expect.stringMatching(/^claude: /) as string },
        { what: "claude", ok: true, words: "2.1.0 (Claude Code)" },
        { what: "login", ok: true, words: "Anthropic accepts ANTHROPIC_API_KEY" },
      ]),
    );
    const bad = await run({ ...env, ANTHROPIC_API_KEY: "bad-one" }, "doctor");
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/✗ login +Anthropic refuses .*\n +mend it: thopter init/);
  });

  it("names each line that mends a chosen agent of which nothing is there", async () => {
    const { env } = await setInitScene();
    const nothing = { THOPTER_AGENT: "claude", THOPTER_CLAUDE_PROGRAM: "/nowhere/claude" };
    const { code, stdout } = await run({ ...env, ...nothing }, "doctor");
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ claude +"\/nowhere\/claude" cannot run/);
    expect(stdout).toContain("mend it: npm install --global @anthropic-ai/claude-code");
    expect(stdout).toMatch(
      /· login +ANTHROPIC_API_KEY or .* is not set: only identities that have/,
    );
  });

  it("says that no agent and no git login is set, and that this is no failure", async () => {
    const { env } = await setInitScene();
    const { code, stdout } = await run(env, "doctor");
    expect(stdout).toMatch(/· agent +a plain shell: no login of an agent is set; thopter init/);
    expect(stdout).toMatch(/· git login +GITHUB_TOKEN is not set: public repositories only/);
    expect(code).toBe(0);
  });
});
