import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { dirname } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startFlySimulation } from "../../src/cli/simulate/fly-simulation.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { goodLogins } from "../login-services.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { expectNoLogin, setInitScene } from "./init-scene.ts";
import { tokens } from "./slack-stand-in.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 180_000 });

const size = { columns: 100, rows: 90 };

it("leads from nothing to a hub that starts, asking again for a login that is refused", async () => {
  const { env, file, settings, services, slack } = await setInitScene();
  const terminal = await openTerminal(env, size);
  await terminal.start("init");
  await terminal.shows("Where do thopters run?");
  await terminal.press("Enter");
  await terminal.shows(/git version[^]*tmux[^]*Which agent works in them\?/);
  await terminal.press("Enter");
  await terminal.shows("How does Claude Code log in?");
  await terminal.press("Enter");
  await terminal.shows(/API key \(Enter skips\)/);
  await terminal.type("sk-ant-api03-of-somebody-else");
  await terminal.shows(/Anthropic refuses ANTHROPIC_API_KEY \(401\)[^]*API key \(Enter skips\)/);
  await terminal.type(goodLogins.ANTHROPIC_API_KEY);
  await terminal.shows(/Anthropic accepts ANTHROPIC_API_KEY[^]*GitHub token.*\(Enter skips\)/);
  await terminal.type(goodLogins.GITHUB_TOKEN);
  await terminal.shows(/is octocat at GitHub, with the scopes repo, workflow[^]*Connect Slack\?/);
  await terminal.press("Down");
  await terminal.press("Enter");
  await terminal.shows("Bot User OAuth Token");
  await terminal.type(tokens.bot);
  await terminal.shows(/SLACK_BOT_TOKEN is good, in "Acme"[^]*App-Level Token/);
  // Nothing is written before the end.
  expect(settings()).toBeUndefined();
  await terminal.type(tokens.app);
  const done = await terminal.shows("[exit 0]");
  expect(done).toContain(`Wrote ${file}`);
  expect(done).toContain("ANTHROPIC_API_KEY=[hidden]");
  expect(done).toContain("Next: thopter start");
  expectNoLogin(done);
  expect(settings()).toEqual({
    ...services.environment,
    SLACK_API_URL: slack.url,
    THOPTER_PROVIDER: "local",
    THOPTER_AGENT: "claude",
    ANTHROPIC_API_KEY: goodLogins.ANTHROPIC_API_KEY,
    GITHUB_TOKEN: goodLogins.GITHUB_TOKEN,
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_APP_TOKEN: tokens.app,
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await terminal.start("config", "THOPTER_AGENT", "ANTHROPIC_API_KEY");
  const shown = await terminal.shows("[exit 0]");
  expect(shown).toMatch(/THOPTER_AGENT +claude +env file/);
  expect(shown).toMatch(/ANTHROPIC_API_KEY +\[hidden\] +env file/);
});

it("writes what start then takes for an agent, and with no agent start names init", async () => {
  const { env, settings } = await setInitScene();
  const terminal = await openTerminal(env, size);
  await terminal.start("start");
  expect(await terminal.shows("Ctrl-C stops the hub.")).toMatch(
    /No agent is chosen: thopters get a plain shell\. Choose one\n +thopter init/,
  );
  await terminal.press("C-c");
  await terminal.shows("[exit 0]");
  await terminal.start("init", "--provider", "local", "--agent", "command");
  await terminal.shows("Which command?");
  await terminal.type("echo 'it is' $THOPTER_TASK_FILE; cat");
  await terminal.shows("GitHub token");
  await terminal.press("Enter");
  await terminal.shows("Connect Slack?");
  await terminal.press("Enter");
  await terminal.shows("[exit 0]");
  expect(settings()).toMatchObject({
    THOPTER_AGENT_COMMAND: "echo 'it is' $THOPTER_TASK_FILE; cat",
  });
  await terminal.start("start");
  expect(await terminal.shows("Ctrl-C stops the hub.")).toMatch(
    /agent +echo 'it is' \$THOPTER_TASK_FILE; cat/,
  );
  await terminal.press("C-c");
  await terminal.shows("[exit 0]");
});

it("asks for an app at Fly until it is there", async () => {
  const { env, settings } = await setInitScene();
  const simulation = await startFlySimulation({
    ...{ clock: createSystemClock(), directory: temporaryDirectory() },
    ...{ app: "my-thopters", token: "good-token", port: 0, sshPort: 0 },
  });
  onTestFinished(() => simulation.close());
  const address = { FLY_FLAPS_BASE_URL: simulation.environment["FLY_FLAPS_BASE_URL"] ?? "" };
  const terminal = await openTerminal({ ...env, ...address }, size);
  await terminal.start("init", "--provider", "fly", "--agent", "shell");
  await terminal.shows("Token of Fly");
  await terminal.type("good-token");
  await terminal.shows("App at Fly");
  await terminal.type("My App");
  await terminal.shows('"My App" does not fit');
  await terminal.press("C-u");
  await terminal.type("nobodys");
  await terminal.shows("Regions, such as");
  await terminal.type("iad,ams");
  await terminal.shows("Image that machines boot");
  await terminal.type("registry.fly.io/my-thopters:1");
  for (const question of ["Size of a machine", "How does the hub reach them?"]) {
    await terminal.shows(question);
    await terminal.press("Enter");
  }
  await terminal.shows(/✗ there is no app "nobodys" at Fly[^]*Something is to mend/);
  await terminal.press("Enter");
  await terminal.shows("Token of Fly (Enter keeps the present one)");
  await terminal.press("Enter");
  await terminal.shows(/Enter keeps[^]*App at Fly/);
  await terminal.press("C-u");
  await terminal.type("my-thopters");
  for (const question of [/Regions/g, /Image that/g, /Size of/g, /How does the hub reach/g]) {
    await vi.waitFor(
      async () => expect((await terminal.screen()).match(question)).toHaveLength(2),
      30_000,
    );
    await terminal.press("Enter");
  }
  await terminal.shows(/✓ the token is accepted[^]*GitHub token/);
  await terminal.press("Enter");
  await terminal.shows("Connect Slack?");
  await terminal.press("Enter");
  expect(await terminal.shows("[exit 0]")).not.toContain("good-token");
  expect(settings()).toMatchObject({
    ...{ THOPTER_PROVIDER: "fly", FLY_API_TOKEN: "good-token", FLY_APP: "my-thopters" },
    ...{ FLY_REGION: "iad,ams", FLY_VM_SIZE: "shared-cpu-2x", FLY_REACH: "private", ...address },
  });
});

it("says what an agent without a login needs", async () => {
  const { env, settings } = await setInitScene();
  const terminal = await openTerminal(env, size);
  await terminal.start("init", "--provider", "local", "--agent", "claude");
  await terminal.shows("How does Claude Code log in?");
  for (const key of ["Down", "Down", "Enter"]) await terminal.press(key);
  await terminal.shows(/The hub has no login for it: thopters need an identity[^]*GitHub token/);
  await terminal.press("Enter");
  await terminal.shows("Connect Slack?");
  await terminal.press("Enter");
  await terminal.shows("[exit 0]");
  expect(settings()).toMatchObject({ THOPTER_PROVIDER: "local", THOPTER_AGENT: "claude" });
});

const before = "# mine\nANTHROPIC_API_KEY=old-one\nMAX_THOPTERS=7\n";

it("leaves everything as it was on Ctrl-C, at a question and during a check", async () => {
  const { env, file, services } = await setInitScene();
  mkdirSync(dirname(file));
  writeFileSync(file, before);
  const terminal = await openTerminal(env, size);
  await terminal.start("init", "--provider", "local", "--agent", "claude");
  await terminal.shows("How does Claude Code log in?");
  await terminal.press("Enter");
  await terminal.shows("API key (Enter keeps the present one)");
  await terminal.type(goodLogins.ANTHROPIC_API_KEY);
  await terminal.shows("GitHub token");
  await terminal.press("C-c");
  expect(await terminal.shows("[exit 130]")).toContain("Nothing was changed.");
  expect(readFileSync(file, "utf8")).toBe(before);
  // It never answers.
  services.answers.set("/github/user", () => undefined);
  await terminal.start("init", "--provider", "local", "--agent", "shell");
  await terminal.shows("GitHub token");
  await terminal.type(goodLogins.GITHUB_TOKEN);
  await terminal.shows("Asking GitHub");
  await vi.waitFor(
    () => expect(services.asked.some(({ path }) => path === "/github/user")).toBe(true),
    30_000,
  );
  await terminal.press("C-c");
  const left = await terminal.shows("[exit 130]");
  expect(left).toContain("Nothing was changed.");
  expectNoLogin(left);
  expect(readFileSync(file, "utf8")).toBe(before);
});

it("does not wait on Ctrl-C for a Fly that never answers", async () => {
  const { env, settings } = await setInitScene();
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  // It listens on TCP.
  const { port } = silent.address() as AddressInfo;
  const fly = {
    ...{ FLY_API_TOKEN: "a-token", FLY_APP: "mine", FLY_REGION: "iad", FLY_IMAGE: "image:1" },
    FLY_FLAPS_BASE_URL: `http://127.0.0.1:${String(port)}`,
  };
  const terminal = await openTerminal({ ...env, ...fly }, size);
  await terminal.start("init", "--provider", "fly", "--agent", "shell");
  for (const question of [
    "Token of Fly",
    "App at",
    "Regions",
    "Image that",
    "Size of",
    "How does",
  ]) {
    await terminal.shows(question);
    await terminal.press("Enter");
  }
  await terminal.shows("Asking Fly");
  await terminal.press("C-c");
  const left = await terminal.shows("[exit 130]");
  expect(left).toContain("Nothing was changed.");
  expect(left).not.toContain("does not answer");
  expect(settings()).toBeUndefined();
});

it("starts from what there is: Enter keeps it, and other lines stay", async () => {
  const { env, file, services } = await setInitScene();
  const token = `CLAUDE_CODE_OAUTH_TOKEN=${goodLogins.CLAUDE_CODE_OAUTH_TOKEN}`;
  const text = `# mine\nTHOPTER_PROVIDER=local\nTHOPTER_AGENT=claude\n${token}\nMAX_THOPTERS=7\n`;
  mkdirSync(dirname(file));
  writeFileSync(file, text);
  const { ANTHROPIC_BASE_URL: _address, ...elsewhere } = env;
  const terminal = await openTerminal({ ...elsewhere, ...services.environment }, size);
  await terminal.start("init");
  for (const question of [
    "Where do thopters run?",
    "Which agent works in them?",
    "How does Claude Code log in?",
    "Long-lived token (Enter keeps the present one)",
    "GitHub token",
    "Connect Slack?",
  ]) {
    await terminal.shows(question);
    await terminal.press("Enter");
  }
  await terminal.shows("[exit 0]");
  const addresses = Object.entries(services.environment).map(([name, url]) => `${name}=${url}\n`);
  const slack = `SLACK_API_URL=${env["SLACK_API_URL"] ?? ""}\n`;
  expect(readFileSync(file, "utf8")).toBe(`${text}${addresses.join("")}${slack}`);
});

it("keeps what could not be checked where the person wants it", async () => {
  const { env, settings } = await setInitScene();
  const terminal = await openTerminal({ ...env, ANTHROPIC_BASE_URL: "http://127.0.0.1:9" }, size);
  await terminal.start("init", "--provider", "local", "--agent", "claude");
  await terminal.shows("How does Claude Code log in?");
  await terminal.press("Enter");
  await terminal.shows("API key (Enter skips)");
  await terminal.type(goodLogins.ANTHROPIC_API_KEY);
  await terminal.shows(/could not be checked: 127\.0\.0\.1:9 does not answer[^]*Keep it unchecked/);
  await terminal.press("Enter");
  await terminal.shows("GitHub token");
  await terminal.press("Enter");
  await terminal.shows("Connect Slack?");
  await terminal.press("Enter");
  await terminal.shows("[exit 0]");
  expect(settings()).toMatchObject({ ANTHROPIC_API_KEY: goodLogins.ANTHROPIC_API_KEY });
});
