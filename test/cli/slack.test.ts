import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { startHub } from "../hub/hub-kit.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { commandLineOf, jsonOf, run, runHere } from "./run.ts";
import type { Ran } from "./run.ts";
import { startSlackStandIn, tokens } from "./slack-stand-in.ts";
import type { SlackStandIn } from "./slack-stand-in.ts";
import { openTerminal } from "./terminal-session.ts";

// Some commands are processes of their own.
vi.setConfig({ testTimeout: 120_000 });

type Scene = {
  slack: SlackStandIn;
  data: string;
  env: Record<string, string>;
  file: string;
  settings: () => NodeJS.Dict<string>;
  setup: (env?: Record<string, string>, ...args: string[]) => Promise<Ran>;
};

async function setScene(): Promise<Scene> {
  const slack = await startSlackStandIn();
  const data = join(temporaryDirectory(), "data");
  const env = { THOPTER_DATA_DIR: data, SLACK_API_URL: slack.url };
  const file = join(data, "env");
  return {
    slack,
    data,
    env,
    file,
    settings: () => parseEnv(readFileSync(file, "utf8")),
    setup: (more = {}, ...args) => runHere({ ...env, ...more }, "slack", "setup", ...args),
  };
}

const both = { SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app };
const httpArgs = ["--http", "https://hub.example.com"];
const allTokens = Object.values(tokens);

function expectNoSecret(...texts: readonly string[]): void {
  for (const text of texts) for (const secret of allTokens) expect(text).not.toContain(secret);
}

describe("setting Slack up", () => {
  it("checks the tokens of the environment, writes them for their owner alone, and says hello", async () => {
    const { slack, env, file, settings, data } = await setScene();
    const ran = await run({ ...env, ...both }, "slack", "setup", "--channel", "C024");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/^Slack workspace: Acme as @thopter, by Socket Mode\.$/m);
    expect(ran.stdout).toContain("Restart the hub");
    expect(slack.calls.map(({ method, token }) => [method, token])).toEqual([
      ["auth.test", tokens.bot],
      ["apps.connections.open", tokens.app],
      ["chat.postMessage", tokens.bot],
    ]);
    expect(slack.calls.at(-1)?.body).toMatchObject({ channel: "C024", unfurl_links: false });
    expect(settings()).toEqual({ ...both, SLACK_CHANNEL: "C024" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(readdirSync(data)).toEqual(["env"]);
    expectNoSecret(ran.stdout, ran.stderr);
  });

  it("prints a link that makes the app of the manifest", async () => {
    const { setup } = await setScene();
    const { stderr } = await setup(both);
    const link = new URL(/https:\/\/api\.slack\.com\/\S+/.exec(stderr)?.[0] ?? "");
    expect(link.searchParams.get("new_app")).toBe("1");
    const manifest: unknown = parse(link.searchParams.get("manifest_yaml") ?? "");
    expect(manifest).toEqual(parse(readFileSync("manifest.yml", "utf8")));
    expect(link.href.length).toBeLessThan(4000);
  });

  it("over HTTP takes the signing secret, and lets go of the app token", async () => {
    const { setup, settings } = await setScene();
    expect(await setup(both)).toMatchObject({ code: 0 });
    const http = { SLACK_BOT_TOKEN: tokens.bot, SLACK_SIGNING_SECRET: tokens.secret };
    const ran = await setup(http, ...httpArgs, "--json");
    expect(jsonOf(ran)).toMatchObject({ team: "Acme", mode: "http" });
    expectNoSecret(ran.stdout, ran.stderr);
    expect(settings()).toEqual(http);
    expect(decodeURIComponent(ran.stderr)).toContain("https://hub.example.com/slack/events");
  });

  it("keeps every other line of the file, also behind a link", async () => {
    const { setup, data, file } = await setScene();
    mkdirSync(data);
    const real = join(temporaryDirectory(), "settings");
    const other = "# mine\nMAX_THOPTERS=7\n\nSLACK_ADMINS=U1\n";
    writeFileSync(real, `${other}export SLACK_BOT_TOKEN=old\n SLACK_APP_TOKEN = "old"\nEND=1`);
    symlinkSync(real, file);
    expect(await setup(both)).toMatchObject({ code: 0 });
    const expected = `${other}SLACK_BOT_TOKEN=${tokens.bot}\nSLACK_APP_TOKEN=${tokens.app}\nEND=1\n`;
    expect(readFileSync(real, "utf8")).toBe(expected);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });

  it("uses what it wrote before where nobody gives anything", async () => {
    const { setup, settings, slack } = await setScene();
    await setup(both);
    expect(await setup({}, "--channel", "C9")).toMatchObject({ code: 0 });
    expect(settings()).toEqual({ ...both, SLACK_CHANNEL: "C9" });
    expect(slack.calls).toHaveLength(5);
  });

  it.each([
    [{}, "nobody is at the terminal", []],
    [{ ...both, SLACK_BOT_TOKEN: tokens.app }, "it looks like an app-level token", []],
    [{ ...both, SLACK_BOT_TOKEN: "xoxp-1-2" }, "it looks like a user's token", []],
    [{ ...both, SLACK_BOT_TOKEN: "xoxb-1 2" }, "it looks like a bot token", []],
    [{ ...both, SLACK_APP_TOKEN: tokens.bot }, "it looks like a bot token", []],
    [{ ...both, SLACK_APP_TOKEN: "hello" }, "connections:write", []],
    [{ ...both, SLACK_SIGNING_SECRET: "hello" }, '"App Credentials"', httpArgs],
    [both, "give the address where Slack reaches the hub", ["--http", "http://localhost"]],
    [both, "give the address where Slack reaches the hub", ["--http", "https://"]],
  ])("refuses %j in words, and writes nothing", async (env, words, args) => {
    const { setup, data } = await setScene();
    const ran = await setup(env, ...args);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
    expectNoSecret(ran.stderr);
    expect(() => statSync(data)).toThrow("ENOENT");
  });

  it.each([
    ["auth.test", "invalid_auth", "SLACK_BOT_TOKEN: Slack does not know it"],
    ["auth.test", "account_inactive", "Install it anew"],
    ["auth.test", "odd\u001b[2J", "Slack says"],
    ["apps.connections.open", "missing_scope", "SLACK_APP_TOKEN: it lacks the scope connections"],
  ])("says what to do when Slack answers %s with %j", async (method, error, words) => {
    const { setup, slack, data } = await setScene();
    slack.answers.set(method, { body: { ok: false, error } });
    const ran = await setup(both);
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain("\u001b");
    expect(() => statSync(data)).toThrow("ENOENT");
  });

  it("names the scopes that an installed app lacks", async () => {
    const { setup, slack } = await setScene();
    const headers = { "x-oauth-scopes": "chat:write, commands,im:history" };
    slack.answers.set("auth.test", { headers });
    const { code, stderr } = await setup(both);
    expect(code).toBe(2);
    expect(stderr).toMatch(/lacks the scopes app_mentions:read, .*users:read\. Put/);
    expect(stderr).not.toMatch(/lacks the scopes .*chat:write/);
  });

  it.each([
    [{ status: 503, body: "<html>" }, "it answered 503"],
    [{ status: 429, headers: { "retry-after": "7" } }, "it asks to wait for 7 s"],
    [{ body: "[]" }, "it answered 200 without sense"],
  ])("says that Slack is away: %j", async (special, words) => {
    const { setup, slack } = await setScene();
    slack.answers.set("auth.test", special);
    const ran = await setup(both);
    expect(ran).toMatchObject({ code: 7 });
    expect(ran.stderr).toContain(words);
  });

  it("says that nobody answers", async () => {
    const { setup } = await setScene();
    const ran = await setup({ ...both, SLACK_API_URL: "http://127.0.0.1:9/api" });
    expect(ran).toMatchObject({ code: 7 });
    expect(ran.stderr).toContain("there is no answer");
  });

  it("keeps the tokens when only the hello fails, and writes no such channel", async () => {
    const { setup, slack, settings } = await setScene();
    slack.answers.set("chat.postMessage", { body: { ok: false, error: "not_in_channel" } });
    const ran = await setup(both, "--channel", "C024");
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain("/invite @thopter");
    expect(settings()).toEqual(both);
  });

  it("at a terminal asks for each token, shows none, and asks again for a wrong one", async () => {
    const { slack, env, settings } = await setScene();
    const terminal = await openTerminal(env, { columns: 120, rows: 60 });
    await terminal.start("slack", "setup");
    await terminal.shows("Bot User OAuth Token (xoxb-...)");
    await terminal.type(tokens.app);
    await terminal.shows("it looks like an app-level token");
    await terminal.shows(/anew\.?[\s\S]*: $|Bot User OAuth Token[\s\S]*Bot User OAuth Token/);
    await terminal.type(tokens.bot);
    await terminal.shows("SLACK_BOT_TOKEN is good.");
    await terminal.shows("App-Level Token (xapp-...)");
    await terminal.type(tokens.app);
    const done = await terminal.shows("[exit 0]");
    expectNoSecret(done.replaceAll("\n", ""));
    expect(settings()).toEqual(both);
    expect(slack.calls).toHaveLength(2);
    await terminal.start("slack", "setup");
    await terminal.shows("Enter keeps the present one");
    await terminal.press("C-c");
    await terminal.shows("[exit 130]");
    expect(settings()).toEqual(both);
  });
});

describe("the manifest", () => {
  it("is printed as it is, or for HTTP with the address of the hub everywhere", async () => {
    const plain = readFileSync("manifest.yml", "utf8");
    expect((await run({}, "slack", "manifest")).stdout).toBe(plain);
    const ran = await runHere({}, "slack", "manifest", "--http", "https://hub.example.com/x");
    const requestUrl = "https://hub.example.com/slack/events";
    const manifest = parse(ran.stdout) as {
      features: { slash_commands: unknown[] };
      settings: Record<string, unknown>;
    };
    expect(manifest.features.slash_commands).toMatchObject([{ url: requestUrl }]);
    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: false,
      interactivity: { is_enabled: true, request_url: requestUrl },
      event_subscriptions: { request_url: requestUrl },
    });
    expect(ran.stdout).not.toContain("Socket Mode.");
  });
});

describe("linking a Slack account", () => {
  it("prints the line to type in Slack, with a code of its own each time", async () => {
    const hub = await startHub();
    const thopter = commandLineOf(hub);
    const lines = [await thopter("slack", "link"), await thopter("slack", "link")].map(
      ({ stdout }) => stdout,
    );
    for (const line of lines) expect(line).toMatch(/^\/thopter claim \S{6,}\n$/);
    expect(new Set(lines).size).toBe(2);
    expect(jsonOf(await thopter("slack", "link", "--json"))).toHaveProperty("expiresAt");
    await hub.end();
  });
});
