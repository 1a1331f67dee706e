import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, readConnection } from "../src/config.ts";
import { secretSettings, settings } from "../src/config/settings.ts";
import { temporaryDirectory } from "./temp-directory.ts";

function read(patch: Record<string, string | undefined> = {}) {
  return readConfig({ THOPTER_DATA_DIR: temporaryDirectory(), ...patch });
}

describe("the configuration", () => {
  it("has a default for all that it needs", () => {
    const { THOPTER_DATA_DIR: _directory, ...config } = read();
    expect(config).toEqual({
      THOPTER_HOST: "127.0.0.1",
      THOPTER_PORT: 7777,
      THOPTER_PROVIDER: "local",
      GITHUB_API_URL: "https://api.github.com",
      THOPTER_LOCAL_REPOSITORIES: false,
      THOPTER_SETUP_REPOSITORIES: [],
      MAX_CONCURRENT_DESTROYS: 5,
      MAX_CONCURRENT_PROVISIONS: 1,
      MAX_CONCURRENT_SETUPS: 5,
      MAX_THOPTERS: 20,
      MAX_QUEUE_SIZE: 1000,
      PROVISION_MAX_WAIT: 60_000,
      AGENT_DESTROY_LIMIT: 5,
      APPROVAL_RETENTION: 90 * 24 * 3_600_000,
      AUDIT_RETENTION: 400 * 24 * 3_600_000,
      LOG_LEVEL: "info",
      FLY_REGION: [],
      FLY_VM_SIZE: { kind: "shared", cpus: 2 },
      FLY_VOLUME_SIZE_GB: 10,
      FLY_VOLUME_SPARES: 2,
      FLY_REACH: "private",
      FLY_SSH_PORT: 2222,
      FLY_AGENT_ENV: [],
      FLY_FLAPS_BASE_URL: "https://api.machines.dev",
      SLACK_ADMINS: [],
      SLACK_OPERATORS: [],
      SLACK_DEFAULT_ROLE: "viewer",
      SLACK_CHANNELS: [],
    });
    expect(readConnection({}).dataDirectory).toBe(join(homedir(), ".thopter"));
  });

  it("says of every setting what it means", () => {
    for (const [name, setting] of Object.entries(settings.shape)) {
      expect(setting.description, name).toMatch(/^\w/);
    }
  });

  it.each([
    ["500ms", 500],
    ["60s", 60_000],
    ["90", 90_000],
    ["1.5m", 90_000],
    ["8h", 8 * 3_600_000],
    ["2d", 2 * 86_400_000],
  ])("takes %s for a time", (text, ms) => {
    expect(read({ QUEUE_TIMEOUT: text }).QUEUE_TIMEOUT).toBe(ms);
  });

  it("takes lists, numbers and switches as a shell gives them", () => {
    const config = read({
      THOPTER_SETUP_REPOSITORIES: " a/b ,, c/d,",
      THOPTER_LOCAL_REPOSITORIES: "yes",
      THOPTER_PORT: "0",
      AGENT_DESTROY_LIMIT: "0",
      MAX_THOPTERS: " 3 ",
    });
    expect(config).toMatchObject({
      THOPTER_SETUP_REPOSITORIES: ["a/b", "c/d"],
      THOPTER_LOCAL_REPOSITORIES: true,
      THOPTER_PORT: 0,
      AGENT_DESTROY_LIMIT: 0,
      MAX_THOPTERS: 3,
    });
  });

  it("takes an empty or blank value for none", () => {
    const config = read({ MAX_THOPTERS: "", THOPTER_PORT: " ", GITHUB_TOKEN: "", LOG_LEVEL: "" });
    expect(config).toMatchObject({ MAX_THOPTERS: 20, THOPTER_PORT: 7777, LOG_LEVEL: "info" });
    expect(config.GITHUB_TOKEN).toBeUndefined();
  });

  it.each([
    ["THOPTER_PORT", "-1"],
    ["THOPTER_PORT", "65536"],
    ["THOPTER_PORT", "http"],
    ["THOPTER_PUBLIC_URL", "ftp://host"],
    ["THOPTER_PUBLIC_URL", "host"],
    ["THOPTER_PROVIDER", "moon"],
    ["THOPTER_UNISOLATED", "yes"],
    ["THOPTER_LOCAL_REPOSITORIES", "perhaps"],
    ["MAX_CONCURRENT_DESTROYS", "0"],
    ["MAX_THOPTERS", "1.5"],
    ["MAX_THOPTERS", "many"],
    ["QUEUE_TIMEOUT", "soon"],
    ["PROVISION_MAX_WAIT", "-1s"],
    ["AGENT_DESTROY_LIMIT", "-1"],
    ["LOG_LEVEL", "loud"],
    ["SLACK_API_URL", "slack"],
    ["SLACK_DEFAULT_ROLE", "king"],
  ])("refuses %s=%s by its name and value", (name, value) => {
    expect(() => read({ [name]: value })).toThrow(
      `Cannot read the configuration:\n  ${name}: "${value}" does not fit (`,
    );
  });

  it("names every bad value at once", () => {
    expect(() => read({ THOPTER_PORT: "x", LOG_LEVEL: "y" })).toThrow(/THOPTER_PORT[^]*LOG_LEVEL/);
  });

  it("says what a Slack token needs beside it", () => {
    expect(() => read({ SLACK_BOT_TOKEN: "xoxb-1" })).toThrow(
      /SLACK_APP_TOKEN is not set: SLACK_BOT_TOKEN needs it for Socket Mode, or SLACK_SIGNING_SECRET/,
    );
    for (const beside of ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]) {
      const value = "xapp-1";
      expect(read({ SLACK_BOT_TOKEN: "xoxb-1", [beside]: value })).toMatchObject({
        [beside]: value,
      });
    }
  });

  it.each(["GITHUB_TOKEN", "FLY_API_TOKEN", "SLACK_SIGNING_SECRET", "ANTHROPIC_API_KEY"])(
    "refuses a %s that is too short to be kept out of logs, and does not show it",
    (name) => {
      const reading = (): unknown => read({ [name]: "s3krt" });
      expect(reading).toThrow(
        `${name}: its value does not fit (what has fewer than 6 characters cannot be kept out of logs and screens)`,
      );
      expect(reading).not.toThrow("s3krt");
      expect(() => read({ [name]: "s3krts" })).not.toThrow("fewer than 6");
    },
  );

  it("keeps approvals and the audit log for a day at least", () => {
    expect(read({ APPROVAL_RETENTION: "1d", AUDIT_RETENTION: "36h" })).toMatchObject({
      APPROVAL_RETENTION: 24 * 3_600_000,
      AUDIT_RETENTION: 36 * 3_600_000,
    });
    for (const name of ["APPROVAL_RETENTION", "AUDIT_RETENTION"]) {
      expect(() => read({ [name]: "23h" })).toThrow(
        `${name}: "23h" does not fit (a day is the least)`,
      );
    }
  });

  it.each(["claude", "codex"])("leaves the login of %s to identities", (agent) => {
    expect(read({ THOPTER_AGENT: agent })).toMatchObject({ THOPTER_AGENT: agent });
  });

  it("reads the env file of the data directory, and the environment wins", () => {
    const directory = temporaryDirectory();
    const lines = ["MAX_THOPTERS=7", 'THOPTER_AGENT_COMMAND="a b"', "LOG_LEVEL=debug"];
    writeFileSync(join(directory, "env"), lines.join("\n"));
    expect(read({ THOPTER_DATA_DIR: directory, LOG_LEVEL: "warn" })).toMatchObject({
      MAX_THOPTERS: 7,
      THOPTER_AGENT_COMMAND: "a b",
      LOG_LEVEL: "warn",
    });
    writeFileSync(join(directory, "env"), "MAX_THOPTERS=none");
    expect(() => read({ THOPTER_DATA_DIR: directory })).toThrow('MAX_THOPTERS: "none"');
  });

  it("says so when the env file cannot be read", () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "env"));
    expect(() => read({ THOPTER_DATA_DIR: directory })).toThrow(/^Cannot read ".*env"/);
  });

  it("takes a home for a home, and a relative directory from here", () => {
    expect(readConnection({ THOPTER_DATA_DIR: "~/hub" }).dataDirectory).toBe(
      join(homedir(), "hub"),
    );
    expect(readConnection({ THOPTER_DATA_DIR: "hub" }).dataDirectory).toBe(
      join(process.cwd(), "hub"),
    );
    expect(readConnection({}).dataDirectory).toBe(join(homedir(), ".thopter"));
  });

  it("knows which settings are secrets: all that are tokens", () => {
    const tokens = Object.keys(settings.shape).filter((name) => /TOKEN|SECRET|KEY/.test(name));
    expect([...secretSettings].toSorted()).toEqual(tokens.toSorted());
  });
});

describe("the connection", () => {
  it("is what the environment names", () => {
    const url = "https://hub.example.com";
    expect(readConnection({ THOPTER_URL: url, THOPTER_TOKEN: "t" })).toMatchObject({
      url,
      token: "t",
    });
  });

  it("is refused by the name of what is wrong", () => {
    expect(() => readConnection({ THOPTER_URL: "hub" })).toThrow('THOPTER_URL: "hub" does not fit');
  });
});
