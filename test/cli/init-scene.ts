import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "vitest";
import { goodLogins, startLoginServices } from "../login-services.ts";
import type { LoginServices } from "../login-services.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { startSlackStandIn, tokens } from "./slack-stand-in.ts";
import type { SlackStandIn } from "./slack-stand-in.ts";

/** A machine with Claude Code and without a hub, and all services within reach. */
export type InitScene = {
  services: LoginServices;
  slack: SlackStandIn;
  env: Record<string, string>;
  /** The path of the env file. */
  file: string;
  /** What the env file says; undefined where there is none. */
  settings(): NodeJS.Dict<string> | undefined;
};

export async function setInitScene(): Promise<InitScene> {
  const services = await startLoginServices();
  const slack = await startSlackStandIn();
  const directory = temporaryDirectory();
  const program = join(directory, "claude");
  writeFileSync(program, '#!/bin/sh\necho "2.1.0 (Claude Code)"\n', { mode: 0o755 });
  const data = join(directory, "data");
  const file = join(data, "env");
  const env = {
    ...services.environment,
    SLACK_API_URL: slack.url,
    THOPTER_DATA_DIR: data,
    THOPTER_PORT: "0",
    THOPTER_CLAUDE_PROGRAM: program,
  };
  const settings = (): NodeJS.Dict<string> | undefined =>
    existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : undefined;
  return { services, slack, env, file, settings };
}

/** Fails where a text, broken into lines or not, has a login in it. */
export function expectNoLogin(text: string): void {
  const whole = text.replaceAll(/\s/g, "");
  for (const secret of [...Object.values(goodLogins), ...Object.values(tokens)]) {
    expect(whole).not.toContain(secret);
  }
}
